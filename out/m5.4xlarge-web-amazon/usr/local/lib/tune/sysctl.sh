#!/bin/sh
# Made by tune 0.1.0
# for host m5.4xlarge with stack web
# Why each value: tune explain system
#
# Writes /etc/sysctl.d/99-zz-tune.conf and sets its keys, and no others, in the running kernel.
# Run again, it changes nothing and says so.
#
#   sh sysctl.sh [--dry-run | --undo]
#
# What the first run found is kept in /var/lib/tune/by-hand, and --undo brings it back.
# Ends with 0 where every key that this host has took its value (a key that another file overrides
# later is a warning), 1 where one did not, 2 where the arguments are wrong.

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
sysctl_file=/etc/sysctl.d/99-zz-tune.conf
sysctl_fresh=/etc/sysctl.d/.99-zz-tune.conf.new
sysctl_state=/var/lib/tune/by-hand

sysctl_planned_file() {
	cat <<'END_OF_FILE'
# Made by tune 0.1.0
# for host m5.4xlarge with stack web
# Why each value: tune explain system

# 10 because what rests is swapped before the page cache is emptied; 0 would kill first
vm.swappiness = 10

# 64MiB because written out early: 10 % of this memory would be a long stall
vm.dirty_background_bytes = 67108864

# 512MiB because writers wait here, not at 20 % of this memory
vm.dirty_bytes = 536870912

# 4096 because gunicorn's backlog is cut to it without a word
net.core.somaxconn = 4096

# 4096 because as many handshakes as the backlog holds
net.ipv4.tcp_max_syn_backlog = 4096

# 1 because a save forks: with 0 the kernel may refuse the copy that is never made
vm.overcommit_memory = 1
END_OF_FILE
}

awk_settings='
# The name as the kernel has it below /proc/sys: the first separator says which of . and / parts it.
function key_path(name,    out, at, c) {
	sub(/^-/, "", name)
	if (match(name, /[.\/]/) == 0 || substr(name, RSTART, 1) == "/") return name
	out = ""
	for (at = 1; at <= length(name); at++) {
		c = substr(name, at, 1)
		out = out (c == "." ? "/" : c == "/" ? "." : c)
	}
	return out
}
function plain(value) {
	gsub(/[ \t]+/, " ", value)
	sub(/^ /, "", value)
	sub(/ $/, "", value)
	return value
}
# Takes the line apart into name and value; false for a comment and for what is no setting.
function is_setting(line,    at) {
	sub(/^[ \t]+/, "", line)
	at = index(line, "=")
	if (line ~ /^[#;]/ || at == 0) return 0
	name = plain(substr(line, 1, at - 1))
	value = plain(substr(line, at + 1))
	return 1
}
'

# Prints "path key=value" for every setting of the plan, the path below /proc/sys.
sysctl_planned() {
	sysctl_planned_file | awk "$awk_settings"'is_setting($0) { print key_path(name) " " name "=" value }'
}

sysctl_read() {
	awk "$awk_settings"'{ print plain($0) }' "/proc/sys/$1"
}

# Prints "path=value" that brings back what PATH holds now. Of two that exclude each other the
# kernel takes no 0 back, but the other one's value.
sysctl_old_setting() {
	back=$1
	if [ "$(sysctl_read "$1")" = 0 ]; then
		case $1 in
		vm/dirty_bytes) back=vm/dirty_ratio ;;
		vm/dirty_ratio) back=vm/dirty_bytes ;;
		vm/dirty_background_bytes) back=vm/dirty_background_ratio ;;
		vm/dirty_background_ratio) back=vm/dirty_background_bytes ;;
		vm/overcommit_kbytes) back=vm/overcommit_ratio ;;
		vm/overcommit_ratio) back=vm/overcommit_kbytes ;;
		esac
	fi
	printf '%s=%s\n' "$back" "$(sysctl_read "$back")"
}

# Writes VALUE to PATH and reads it back. On failure $message holds what happened, and $barred
# whether this host lets nobody write it (a container, most often).
sysctl_write() {
	message=$({ printf '%s\n' "$2" >"/proc/sys/$1"; } 2>&1) || :
	now=$(sysctl_read "$1")
	if [ "$now" = "$2" ]; then
		return 0
	fi
	barred=''
	case $message in
	*'write error'*) ;;
	*'Read-only file system'* | *'Permission denied'* | *'Operation not permitted'*) barred=yes ;;
	esac
	message="it stays $now${message:+ ($message)}"
	return 1
}

# Splits a "path key=value" line of sysctl_planned into $path, $key and $value.
sysctl_split() {
	path=${1%% *}
	key=${1#* }
	value=${key#*=}
	key=${key%%=*}
}

# Saves the old file once and the old value of every key once: what the first run found is what
# --undo brings back, however often the plan changed since.
sysctl_remember() {
	mkdir -p -- "$sysctl_state" || fail "cannot make $sysctl_state"
	if [ ! -e "$sysctl_state/sysctl.old" ]; then
		if [ -e "$sysctl_file" ]; then
			cp -a -T -- "$sysctl_file" "$sysctl_state/99-zz-tune.conf.old" || fail "cannot save $sysctl_file"
			sync -- "$sysctl_state/99-zz-tune.conf.old" || fail "cannot save $sysctl_file"
		fi
		: >"$sysctl_state/sysctl.old" || fail "cannot write to $sysctl_state"
	fi
	while IFS= read -r entry; do
		sysctl_split "$entry"
		if [ -n "$path" ] && ! grep -q -F -e "$path " -- "$sysctl_state/sysctl.old"; then
			printf '%s %s\n' "$path" "$(sysctl_old_setting "$path")" >>"$sysctl_state/sysctl.old" ||
				fail "cannot write to $sysctl_state"
		fi
	done <<CHANGES
$changes
CHANGES
	sync -- "$sysctl_state/sysctl.old" "$sysctl_state" || fail "cannot write $sysctl_state to disk"
}

sysctl_write_file() {
	rm -f -- "$sysctl_fresh" || fail "cannot remove $sysctl_fresh, left by a run that was killed"
	trap 'rm -f -- "$sysctl_fresh"' EXIT
	(set -C && sysctl_planned_file >"$sysctl_fresh") || fail "cannot write $sysctl_fresh"
	chmod 0644 -- "$sysctl_fresh" || fail "cannot set the mode of $sysctl_fresh"
	replace_file "$sysctl_fresh" "$sysctl_file" || fail "cannot replace $sysctl_file"
	trap - EXIT
	say "$sysctl_file written"
}

# Prints the files that both readers take after ours: by name, and of one name the first directory's.
sysctl_later_files() {
	for folder in /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
		for candidate in "$folder"/*.conf; do
			if [ -e "$candidate" ] || [ -L "$candidate" ]; then
				printf '%s/%s\n' "${candidate##*/}" "$candidate"
			fi
		done
	done | awk -F/ -v ours="${sysctl_file##*/}" '!seen[$1]++ && $1 "" > ours' | sort -t/ -k1,1 | sed 's|^[^/]*/||'
}

# Says which keys READER takes from other files, given in its order, than ours.
sysctl_report_overrides() {
	reader=$1
	shift
	sysctl_planned | awk -v reader="$reader" "$awk_settings"'
		FILENAME == "-" {
			path = $1
			sub(/^[^ ]* /, "")
			order[++count] = path
			key[path] = substr($0, 1, index($0, "=") - 1)
			wanted[path] = substr($0, index($0, "=") + 1)
			next
		}
		is_setting($0) && ((path = key_path(name)) in wanted) {
			winner[path] = value
			place[path] = FILENAME ":" FNR
		}
		END {
			for (at = 1; at <= count; at++) {
				path = order[at]
				if ((path in winner) && winner[path] != wanted[path])
					printf "%s: %s takes %s from %s, not %s\n", key[path], reader, winner[path], place[path], wanted[path]
			}
		}' - "$@" | while IFS= read -r conflict; do warn "$conflict"; done
}

sysctl_check_overrides() {
	set --
	while IFS= read -r later; do
		if [ -f "$later" ]; then
			set -- "$@" "$later"
		fi
	done <<FILES
$(sysctl_later_files)
FILES
	sysctl_report_overrides "systemd-sysctl (at boot)" "$@"
	if [ -f /etc/sysctl.conf ]; then
		set -- "$@" /etc/sysctl.conf
	fi
	sysctl_report_overrides "sysctl --system (procps)" "$@"
}

# Sets $file_differs, and $changes to the settings that the kernel does not hold yet.
sysctl_compare() {
	reason=$(why_not_replaceable "$sysctl_file")
	if [ -n "$reason" ]; then
		fail "$reason: not replaced"
	fi
	file_differs=''
	if ! sysctl_planned_file | cmp -s -- - "$sysctl_file"; then
		file_differs=yes
	fi
	changes=''
	while IFS= read -r entry; do
		sysctl_split "$entry"
		if [ -z "$path" ]; then
			continue
		elif [ ! -e "/proc/sys/$path" ]; then
			say "$key: not applicable here: this kernel has no such key now; if a module brings it, it holds only once that is loaded before systemd-sysctl runs"
		elif [ ! -r "/proc/sys/$path" ]; then
			say "$key: not applicable here: it cannot be read"
		elif [ "$(sysctl_read "$path")" != "$value" ]; then
			changes="$changes${changes:+
}$entry"
		fi
	done <<PLANNED
$(sysctl_planned)
PLANNED
}

sysctl_set_values() {
	while IFS= read -r entry; do
		sysctl_split "$entry"
		if [ -z "$path" ]; then
			continue
		fi
		old=$(sysctl_old_setting "$path")
		was=$(sysctl_read "$path")
		if sysctl_write "$path" "$value"; then
			say "$key: $was -> $value"
			changed=yes
			undo="$undo${undo:+
}echo $(quoted "${old#*=}") >/proc/sys/${old%%=*}"
		elif [ -n "$barred" ]; then
			say "$key: not applicable here: $message"
		else
			warn "$key: did not take $value: $message"
			failed=yes
		fi
	done <<CHANGES
$changes
CHANGES
}

sysctl_print_undo() {
	while IFS= read -r command; do
		if [ -n "$command" ]; then
			say "undo: $command"
		fi
	done <<UNDO
$undo
UNDO
	if [ -z "$file_differs" ]; then
		return 0
	elif [ -e "$sysctl_state/99-zz-tune.conf.old" ]; then
		say "undo: cp -a -T $sysctl_state/99-zz-tune.conf.old $sysctl_file"
	else
		say "undo: rm $sysctl_file"
	fi
}

sysctl_make() {
	sysctl_compare
	if [ "$action" = dry-run ]; then
		if [ -n "$file_differs" ]; then
			say "would write $sysctl_file"
		fi
		while IFS= read -r entry; do
			sysctl_split "$entry"
			if [ -n "$path" ]; then
				say "would set $key from $(sysctl_read "$path") to $value"
			fi
		done <<CHANGES
$changes
CHANGES
		sysctl_check_overrides
		say "dry run: nothing changed"
		return 0
	fi
	changed=$file_differs
	failed=''
	undo=''
	if [ -n "$file_differs$changes" ]; then
		sysctl_remember
	fi
	if [ -n "$file_differs" ]; then
		sysctl_write_file
	fi
	sysctl_set_values
	sysctl_check_overrides
	if [ -n "$changed" ]; then
		sysctl_print_undo
	fi
	if [ -n "$failed" ]; then
		fail "not every key took its value"
	elif [ -z "$changed" ]; then
		say "$sysctl_file and the kernel are as planned: nothing changed"
	fi
}

sysctl_undo() {
	if [ ! -e "$sysctl_state/sysctl.old" ]; then
		say "there is nothing to undo"
		return 0
	fi
	failed=''
	while IFS= read -r entry; do
		sysctl_split "$entry"
		if [ -n "$key" ] && [ -e "/proc/sys/$key" ] && ! sysctl_write "$key" "$value"; then
			warn "$key: did not go back to $value: $message"
			failed=yes
		fi
	done <"$sysctl_state/sysctl.old"
	if [ -e "$sysctl_state/99-zz-tune.conf.old" ]; then
		cp -a -T -- "$sysctl_state/99-zz-tune.conf.old" "$sysctl_fresh" || fail "cannot write $sysctl_fresh"
		replace_file "$sysctl_fresh" "$sysctl_file" || fail "cannot bring back $sysctl_file"
	else
		rm -f -- "$sysctl_file" || fail "cannot remove $sysctl_file"
		sync -- "${sysctl_file%/*}" || fail "cannot write ${sysctl_file%/*} to disk"
	fi
	if [ -n "$failed" ]; then
		fail "the file is undone, but not every value; $sysctl_state/sysctl.old holds them"
	fi
	rm -f -- "$sysctl_state/sysctl.old" "$sysctl_state/99-zz-tune.conf.old"
	say "undone: $sysctl_file and the values that the first run found"
}

sysctl_main() {
	program=sysctl
	read_arguments "$@"
	if [ "$action" != dry-run ]; then
		need_root
		if [ ! -d "${sysctl_file%/*}" ]; then
			(umask 022 && mkdir -p -- "${sysctl_file%/*}") || fail "cannot make ${sysctl_file%/*}"
		fi
		lock_directory "${sysctl_file%/*}"
	fi
	if [ "$action" = undo ]; then
		sysctl_undo
	else
		sysctl_make
	fi
}

sysctl_main "$@"
