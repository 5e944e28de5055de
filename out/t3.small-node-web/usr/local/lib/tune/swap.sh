#!/bin/sh
# Made by tune 0.1.0
# for host t3.small with stack node-web
# Why each value: tune explain system
#
# Makes the swap file of the plan, activates it and adds its line to fstab, or changes nothing.
# Run again, it changes nothing and says so.
#
#   sh swap.sh [--dry-run | --undo]
#
# TUNE_SWAPFILE, TUNE_SWAP_MIB and TUNE_FSTAB take the place of the planned path, the planned
# size in MiB and /etc/fstab: for tests, and for a swap file on another file system.
# Ends with 0 where the host has the swap file, 1 where it does not, 2 where the arguments are wrong.

set -eu
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
LC_ALL=C
CDPATH=''
export PATH LC_ALL
umask 077

log_prefix=''
program=''

say() {
	printf '%s%s: %s\n' "$log_prefix" "$program" "$*"
}

warn() {
	printf '%s%s: warning: %s\n' "$log_prefix" "$program" "$*" >&2
}

fail() {
	printf '%s%s: error: %s\n' "$log_prefix" "$program" "$*" >&2
	exit 1
}

# Prints TEXT as one word of a shell.
quoted() {
	printf '%s\n' "$1" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/'/"
}

# Sets $action to run, dry-run or undo.
read_arguments() {
	action=run
	case "$#:${1:-}" in
	0:) ;;
	1:--dry-run) action=dry-run ;;
	1:--undo) action=undo ;;
	*)
		printf 'usage: sh %s [--dry-run | --undo]\n' "$0" >&2
		exit 2
		;;
	esac
}

need_root() {
	if [ "$(id -u)" -ne 0 ]; then
		fail "must run as root (--dry-run shows the steps without)"
	fi
}

# Takes turns with every other run that holds DIRECTORY; the lock ends with the process.
lock_directory() {
	exec 9<"$1"
	flock -w 600 9 || fail "another run has held the lock on $1 for ten minutes"
}

# Puts TEMPORARY, a finished file of the same directory, in the place of FILE. After the rename
# there is no way back, so a directory that cannot be synced is only a warning.
replace_file() {
	sync -- "$1" || return 1
	mv -f -T -- "$1" "$2" || return 1
	sync -- "${2%/*}/" || warn "cannot write ${2%/*}/ to disk"
}

# Says why FILE must not be replaced by a rename; silent where it may be.
why_not_replaceable() {
	if [ -L "$1" ]; then
		printf '%s is a symbolic link to %s\n' "$1" "$(readlink -- "$1")"
	elif [ -e "$1" ] && [ ! -f "$1" ]; then
		printf '%s is not a regular file\n' "$1"
	elif [ -e "$1" ] && [ "$(stat -c %h -- "$1")" -ne 1 ]; then
		printf '%s has other names (hard links)\n' "$1"
	fi
}
swap_planned_file='/swapfile'
swap_planned_mib=2048
swap_smallest_mib=64
swap_mark_file='# tune: swap file made by swap.sh; it goes with this line and the next one'
swap_mark_line='# tune: the next line was added by swap.sh for a swap file that was there before'

# The kernel and fstab write a space, a tab and a backslash of a path in octal.
awk_decoded='
function decoded(text,    out, at) {
	out = ""
	while ((at = match(text, /\\[0-7][0-7][0-7]/)) > 0) {
		out = out substr(text, 1, at - 1) \
			sprintf("%c", substr(text, at + 1, 1) * 64 + substr(text, at + 2, 1) * 8 + substr(text, at + 3, 1))
		text = substr(text, at + 4)
	}
	return out text
}
'

swap_read_settings() {
	file=${TUNE_SWAPFILE:-$swap_planned_file}
	mib=${TUNE_SWAP_MIB:-$swap_planned_mib}
	fstab=${TUNE_FSTAB:-/etc/fstab}
	case $mib in
	'' | 0* | *[!0-9]*) fail "the size in MiB must be a whole number, not '$mib'" ;;
	esac
	for path in "$file" "$fstab"; do
		case $path in
		*'
'*) fail "a path must not hold a newline" ;;
		*/ | */. | */..) fail "$path does not name a file" ;;
		/*) ;;
		*) fail "$path is not an absolute path" ;;
		esac
	done
	directory=$(cd -P -- "${file%/*}/" && pwd) || fail "the directory of $file does not exist"
	file=${directory%/}/${file##*/}
	fresh=$file.tune-new
	fresh_fstab=${fstab%/*}/.${fstab##*/}.tune-new
	# What this run has done so far, and takes back if it fails.
	created=''
	placed=''
	activated=''
	staged=''
	lined=''
}

swap_take_back() {
	status=$?
	trap - EXIT HUP INT TERM
	if [ "$status" -ne 0 ]; then
		if [ -n "$activated" ]; then
			swapoff -- "$file" || warn "$file stays active"
		fi
		if [ -n "$placed" ]; then
			rm -f -- "$file" || warn "$file is left"
		fi
		if [ -n "$created" ]; then
			rm -f -- "$fresh" || warn "$fresh is left"
		fi
		if [ -n "$staged" ]; then
			rm -f -- "$staged" || warn "$staged is left"
		fi
	fi
	exit "$status"
}

# Prints how many KiB the kernel swaps to in $file; nothing where it is not active.
swap_active_kib() {
	FILE=$file awk "$awk_decoded"'NR > 1 && decoded($1) == ENVIRON["FILE"] { print $3 }' /proc/swaps
}

# Prints the number of the line of fstab that swaps to $file; nothing where there is none.
swap_fstab_line() {
	if [ ! -e "$fstab" ]; then
		return 0
	fi
	awk "$awk_decoded"'$1 ~ /^\// && $3 == "swap" { print NR ":" decoded($1) }' "$fstab" |
		while IFS= read -r entry; do
			if [ "$(readlink -f -- "${entry#*:}" || :)" = "$file" ]; then
				printf '%s\n' "${entry%%:*}"
				break
			fi
		done
}

swap_check_filesystem() {
	filesystem=$(stat -f -c %T -- "$directory") || fail "cannot tell the file system of $directory"
	case $filesystem in
	ext2/ext3 | ext[234]) filesystem=ext ;;
	xfs | btrfs) ;;
	zfs) fail "$directory is on zfs, which does not support swap files; make a swap partition instead" ;;
	tmpfs | ramfs) fail "$directory is on $filesystem, which is memory itself" ;;
	overlayfs) fail "$directory is on overlayfs (a container?), which the kernel cannot swap to" ;;
	nfs* | smb* | cifs) fail "$directory is on $filesystem, a network file system, which is not safe to swap to" ;;
	*) fail "$directory is on $filesystem; only ext2 to ext4, xfs and btrfs are known to hold a swap file" ;;
	esac
}

# Lowers $mib to what leaves a tenth of the file system and 1 GiB free.
swap_fit_to_disk() {
	room=$(df -k --output=size,avail -- "$directory" | awk '
		NR == 2 {
			keep = $1 / 10
			if (keep < 1048576) keep = 1048576
			room = int(($2 - keep) / 1024)
			printf "%d\n", (room > 0 ? room : 0)
		}') || fail "cannot tell how much of $directory is free"
	if [ "$room" -ge "$mib" ]; then
		return 0
	fi
	if [ "$room" -lt "$swap_smallest_mib" ]; then
		fail "not enough free space for $file: keeping 10 % and 1 GiB free leaves $room MiB, and less than $swap_smallest_mib MiB is no use"
	fi
	warn "$mib MiB would leave less than 10 % and 1 GiB of $directory free: making $file of $room MiB"
	mib=$room
}

swap_write_zeros() {
	: >|"$fresh" || fail "cannot empty $fresh"
	message=$(dd if=/dev/zero of="$fresh" bs=1048576 count="$mib" conv=notrunc,fsync 2>&1) ||
		fail "cannot write $mib MiB of zeros to $fresh: $message"
}

swap_allocate() {
	if [ "$filesystem" = btrfs ] && btrfs filesystem mkswapfile --help >/dev/null 2>&1; then
		created=yes
		# btrfs-progs 6.2 ends with 0 even where there was no space.
		message=$(btrfs filesystem mkswapfile --size "${mib}m" -- "$fresh" 2>&1) ||
			fail "cannot make $fresh: $message"
		return 0
	fi
	(set -C && : >"$fresh") || fail "cannot create $fresh"
	created=yes
	if [ "$filesystem" = btrfs ]; then
		# Copy on write can only be turned off while the file is empty.
		message=$(chattr +C -- "$fresh" 2>&1) || fail "cannot turn off copy on write for $fresh: $message"
	fi
	if message=$(fallocate -l "${mib}MiB" -- "$fresh" 2>&1); then
		return 0
	fi
	case $message in
	*'No space left'* | *'quota exceeded'*) fail "cannot allocate $mib MiB for $fresh: $message" ;;
	esac
	swap_write_zeros
}

# The name of the swap file only ever stands for a finished one: it is made beside and linked into place.
swap_create() {
	swap_check_filesystem
	swap_fit_to_disk
	if [ "$action" = dry-run ]; then
		say "would make $file of $mib MiB on $filesystem, mode 0600, and activate it"
		return 0
	fi
	say "making $file of $mib MiB"
	swap_allocate
	bytes=$((mib * 1048576))
	case $(stat -c '%s %a %u %h' -- "$fresh") in
	"$bytes 600 0 1") ;;
	*) fail "$fresh is not a file of $bytes bytes, mode 0600, of root${message:+: $message}" ;;
	esac
	swap_refuse_holes "$fresh"
	message=$(mkswap -- "$fresh" 2>&1) || fail "cannot format $fresh: $message"
	sync -- "$fresh" || fail "cannot write $fresh to disk"
	ln -T -- "$fresh" "$file" || fail "cannot name $fresh $file"
	placed=yes
	rm -f -- "$fresh" || fail "cannot remove $fresh"
	created=''
	sync -- "$directory" || fail "cannot write $directory to disk"
	swap_activate
	if [ "$filesystem" = btrfs ]; then
		say "note: btrfs refuses a snapshot of the subvolume that holds an active swap file; give it a subvolume of its own to take snapshots"
	fi
}

swap_refuse_holes() {
	read -r blocks unit bytes <<NUMBERS
$(stat -c '%b %B %s' -- "$1")
NUMBERS
	if [ $((blocks * unit)) -lt "$bytes" ]; then
		fail "$1 has holes: the kernel cannot swap to it"
	fi
}

# Somebody's file is never formatted: only a sound swap file is taken as it is.
swap_check_existing() {
	if [ -L "$file" ] || [ ! -f "$file" ]; then
		fail "$file exists and is not a regular file: not touched"
	fi
	if [ "$(blkid -p -s TYPE -o value -- "$file" 2>/dev/null || :)" != swap ]; then
		fail "$file exists and is not a swap file: not touched; move it away or plan another path"
	fi
	case $(stat -c '%a %u %h' -- "$file") in
	'600 0 1') ;;
	*) fail "$file exists, but is not root's alone (mode 0600, one name): not touched" ;;
	esac
	swap_refuse_holes "$file"
}

swap_activate() {
	if [ "$action" = dry-run ]; then
		say "would activate $file"
		return 0
	fi
	message=$(swapon -- "$file" 2>&1) || fail "cannot activate $file: $message"
	activated=yes
	if [ -z "$(swap_active_kib)" ]; then
		fail "$file does not show in /proc/swaps"
	fi
	say "$file is active"
}

swap_note_size() {
	if [ ! -e "$file" ]; then
		return 0
	fi
	there=$(($(stat -c %s -- "$file") / 1048576))
	if [ "$there" -ne "$mib" ]; then
		warn "$file is of $there MiB and the plan says $mib: left as it is; for the planned size, when little swap is used: swapoff $(quoted "$file") && rm $(quoted "$file"), then run this again"
	fi
}

# Prints how many errors findmnt finds in FILE.
swap_fstab_errors() {
	code=0
	text=$(findmnt --verify --tab-file "$1" 2>&1) || code=$?
	printf '%s\n' "$text" | awk -v code="$code" '
		$2 == "parse" && $3 ~ /^errors?,$/ { seen = 1; errors = $1 + $4 }
		END { print (seen ? errors : (code != 0)) }'
}

# Errors that fstab had before are not held against the new one.
swap_check_fresh_fstab() {
	if ! command -v findmnt >/dev/null 2>&1; then
		warn "findmnt is not installed: the new $fstab was not checked"
		return 0
	fi
	before=0
	if [ -e "$fstab" ]; then
		before=$(swap_fstab_errors "$fstab")
	fi
	if [ "$(swap_fstab_errors "$fresh_fstab")" -gt "$before" ]; then
		fail "findmnt --verify finds new errors in what $fstab would become: not replaced"
	fi
}

# Fills $fresh_fstab by COMMAND, which is given a copy of fstab to change, checks it and puts it in place.
swap_rewrite_fstab() {
	reason=$(why_not_replaceable "$fstab")
	if [ -n "$reason" ]; then
		fail "$reason: not replaced"
	fi
	staged=$fresh_fstab
	rm -f -- "$fresh_fstab" || fail "cannot remove $fresh_fstab, left by a run that was killed"
	if [ -e "$fstab" ]; then
		cp -a -T -- "$fstab" "$fresh_fstab" || fail "cannot write $fresh_fstab"
		was=$(cksum <"$fstab")
	else
		(set -C && : >"$fresh_fstab") || fail "cannot write $fresh_fstab"
		chmod 0644 -- "$fresh_fstab" || fail "cannot set the mode of $fresh_fstab"
		was=''
	fi
	"$@" || fail "cannot write $fresh_fstab"
	swap_check_fresh_fstab
	if [ -n "$was" ] && [ "$(cksum <"$fstab")" != "$was" ]; then
		fail "$fstab changed meanwhile: not replaced"
	fi
	replace_file "$fresh_fstab" "$fstab" || fail "cannot replace $fstab"
	staged=''
	if [ "$fstab" = /etc/fstab ] && [ -d /run/systemd/system ]; then
		systemctl daemon-reload || warn "systemctl daemon-reload failed: systemd still goes by the old $fstab"
	fi
}

swap_append_lines() {
	if [ -s "$fresh_fstab" ] && [ -n "$(tail -c 1 -- "$fresh_fstab")" ]; then
		printf '\n' >>"$fresh_fstab" || return 1
	fi
	tab=$(printf '\t')
	encoded=$(printf '%s\n' "$file" | sed -e 's/\\/\\134/g' -e 's/ /\\040/g' -e "s/$tab/\\\\011/g") || return 1
	printf '%s\n%s none swap sw,nofail 0 0\n' "$mark" "$encoded" >>"$fresh_fstab"
}

swap_delete_lines() {
	sed "$((line - 1)),${line}d" <"$fstab" >|"$fresh_fstab"
}

swap_make_persistent() {
	if [ -n "$(swap_fstab_line)" ]; then
		return 0
	fi
	if [ "$action" = dry-run ]; then
		say "would add a line for $file to $fstab"
		return 0
	fi
	mark=$swap_mark_line
	if [ -n "$placed" ]; then
		mark=$swap_mark_file
	fi
	swap_rewrite_fstab swap_append_lines
	lined=yes
	say "$fstab has a line for $file"
}

swap_print_undo() {
	if [ -n "$activated" ]; then
		say "undo: swapoff $(quoted "$file")"
	fi
	if [ -n "$lined" ]; then
		say "undo: sed -i '/^# tune: .* swap\\.sh/,+1d' $(quoted "$fstab")"
	fi
	if [ -n "$placed" ]; then
		say "undo: rm $(quoted "$file")"
	fi
}

swap_make() {
	if [ "$action" = run ]; then
		rm -f -- "$fresh" || fail "cannot remove $fresh, left by a run that was killed"
	fi
	if [ -n "$(swap_active_kib)" ]; then
		swap_note_size
	elif [ -e "$file" ] || [ -L "$file" ]; then
		swap_check_existing
		swap_note_size
		swap_activate
	else
		swap_create
	fi
	swap_make_persistent
	if [ "$action" = dry-run ]; then
		say "dry run: nothing changed"
	elif [ -n "$activated$lined" ]; then
		swap_print_undo
	else
		say "$file is active and in $fstab: nothing changed"
	fi
}

swap_undo() {
	line=$(swap_fstab_line)
	mark=''
	if [ "${line:-1}" -gt 1 ]; then
		mark=$(sed -n "$((line - 1))p" <"$fstab")
	fi
	case $mark in
	"$swap_mark_file" | "$swap_mark_line") ;;
	*)
		if [ -n "$line" ] || [ -e "$file" ]; then
			fail "$fstab does not say that swap.sh made $file: not touched"
		fi
		say "there is nothing to undo"
		return 0
		;;
	esac
	stopped=''
	if [ "$mark" = "$swap_mark_file" ] && [ -n "$(swap_active_kib)" ]; then
		message=$(swapoff -- "$file" 2>&1) || fail "cannot stop swapping to $file, nothing changed: $message"
		stopped=yes
	fi
	if ! (swap_rewrite_fstab swap_delete_lines); then
		rm -f -- "$fresh_fstab"
		if [ -n "$stopped" ]; then
			swapon -- "$file" || warn "$file is no longer active"
		fi
		fail "nothing undone"
	fi
	if [ "$mark" = "$swap_mark_file" ]; then
		rm -f -- "$file" || fail "cannot remove $file"
		sync -- "$directory" || warn "cannot write $directory to disk"
	fi
	say "undone: $file and its line in $fstab"
}

swap_main() {
	program=swap
	read_arguments "$@"
	swap_read_settings
	if [ "$action" != dry-run ]; then
		need_root
		lock_directory "$directory"
		trap swap_take_back EXIT
		trap 'exit 129' HUP
		trap 'exit 130' INT
		trap 'exit 143' TERM
	fi
	if [ "$action" = undo ]; then
		swap_undo
	else
		swap_make
	fi
}

swap_main "$@"
