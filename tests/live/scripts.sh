#!/bin/bash
# Runs the rendered swap.sh, sysctl.sh and bootstrap.sh for real, as root: on loop-mounted ext4, xfs
# and btrfs with a private fstab, and with net.* keys alone in a network namespace of its own.
#
#   tests/live/scripts.sh TREE      TREE holds usr/local/lib/tune/*.sh and etc/sysctl.d/99-zz-tune.conf
#
# Prints "ok NAME" or "not ok NAME: why" for every case; ends with 1 if one failed.

# shellcheck disable=SC2015,SC2016 # "A && B || die" is meant, and so is $ in the text of a stub
set -u
export LC_ALL=C
self=$(readlink -f -- "$0")

die() {
	printf '%s\n' "$*"
	exit 1
}

# ---- inside a network and mount namespace: the cases of sysctl.sh and bootstrap.sh ----

conf=/etc/sysctl.d/99-zz-tune.conf
state=/var/lib/tune/by-hand

value() {
	tr -s '\t' ' ' <"/proc/sys/${1//.//}"
}

is() {
	[ "$(value "$1")" = "$2" ] || die "$1 is $(value "$1"), not $2"
}

says() {
	grep -q -e "$1" <<<"$out" || die "does not say '$1': $out"
}

silent_on() {
	! grep -q -e "$1" <<<"$out" || die "says '$1': $out"
}

# run STATUS COMMAND...: sets $out to what it prints.
run() {
	local expected=$1 status=0
	shift
	out=$("$@" 2>&1) || status=$?
	[ "$status" = "$expected" ] || die "ended with $status, not $expected: $out"
}

# The private /etc, /var/lib and other directories that the script and both readers look at.
private_directories() {
	local layer=$private/layer folder
	mount --make-rprivate /
	mkdir -p "$layer"
	mount -t tmpfs tmpfs "$layer"
	mkdir "$layer/upper" "$layer/work"
	mount -t overlay overlay -o "lowerdir=/etc,upperdir=$layer/upper,workdir=$layer/work" /etc
	for folder in /var/lib /run /usr/lib/sysctl.d /usr/local/lib; do
		[ ! -d "$folder" ] || mount -t tmpfs tmpfs "$folder"
	done
	rm -f /etc/sysctl.d/* /etc/sysctl.conf
	[ -d /etc/sysctl.d ] || mkdir /etc/sysctl.d
}

# copy_with SCRIPT LINE...: a copy of SCRIPT whose planned settings are LINEs.
copy_with() {
	local from=$1 to
	to=$private/$(basename "$from")
	shift
	printf '%s\n' "$@" >"$private/settings"
	awk -v settings="$private/settings" '
		/^END_OF_FILE$/ { while ((getline line <settings) > 0) print line; inside = 0 }
		inside && / = / { next }
		{ print }
		/<<.END_OF_FILE.$/ { inside = 1 }' "$from" >"$to"
	if awk '/<<.END_OF_FILE.$/ { inside = 1 } /^END_OF_FILE$/ { inside = 0 } inside && /^[^#].* = / && !/^net[.\/]/' "$to" | grep .; then
		die "the copy would set more than net.* keys" >&2
	fi
	printf '%s\n' "$to"
}

net_settings=('net.core.somaxconn = 1234' 'net.ipv4.tcp_rmem = 4096 131072 6000000' 'net/ipv4/tcp_fin_timeout = 33')

# Each shell that may be /bin/sh on a host.
inside_sysctl_twice() {
	local copy before files old_rmem undo
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}" 'net.ipv4.no_such_key = 1')
	old_rmem=$(value net.ipv4.tcp_rmem)
	before=$(value net.core.somaxconn)
	run 0 "$1" "$copy"
	is net.core.somaxconn 1234
	is net.ipv4.tcp_rmem '4096 131072 6000000'
	is net.ipv4.tcp_fin_timeout 33
	says 'no_such_key: not applicable here'
	undo=$(sed -n 's/^.*: undo: //p' <<<"$out")
	[ "$(stat -c '%a %u' "$conf")" = '644 0' ] || die "mode and owner are $(stat -c '%a %u' "$conf")"
	[ "$(ls -A /etc/sysctl.d)" = 99-zz-tune.conf ] || die "left in sysctl.d: $(ls -A /etc/sysctl.d)"
	files=$(stat -c '%n %i %Y %Z' "$conf" /etc/sysctl.d "$state"/*)
	run 0 "$1" "$copy"
	says 'nothing changed'
	silent_on undo
	[ "$(stat -c '%n %i %Y %Z' "$conf" /etc/sysctl.d "$state"/*)" = "$files" ] || die 'the second run touched a file'
	sh -eu -c "$undo" || die "the printed undo failed: $undo"
	[ ! -e "$conf" ] || die 'the printed undo left the file'
	is net.core.somaxconn "$before"
	is net.ipv4.tcp_rmem "$old_rmem"
}

inside_sysctl_undo() {
	local copy before
	echo '# of before' >"$conf"
	chmod 0640 "$conf"
	before=$(value net.core.somaxconn)
	run 0 sh "$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" 'net.core.somaxconn = 1111')"
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}")
	run 0 sh "$copy"
	is net.core.somaxconn 1234
	run 0 sh "$copy" --undo
	is net.core.somaxconn "$before"
	[ "$(cat "$conf")" = '# of before' ] || die "the old file did not come back: $(cat "$conf")"
	[ "$(stat -c %a "$conf")" = 640 ] || die 'its mode did not come back'
	run 0 sh "$copy" --undo
	says 'nothing to undo'
}

inside_sysctl_dry_run() {
	local copy before
	before=$(value net.core.somaxconn)
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}")
	run 0 sh "$copy" --dry-run
	says "would set net.core.somaxconn from $before to 1234"
	[ -z "$(ls -A /etc/sysctl.d)" ] && [ ! -e /var/lib/tune ] || die 'a dry run wrote a file'
	is net.core.somaxconn "$before"
	run 0 setpriv --reuid 65534 --clear-groups sh "$copy" --dry-run
	run 1 setpriv --reuid 65534 --clear-groups sh "$copy"
	says 'must run as root'
	run 2 sh "$copy" --wrong
}

inside_sysctl_refused_value() {
	local copy
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" 'net.ipv4.tcp_congestion_control = no-such' \
		'net.ipv4.tcp_rmem = 4096 131072 6000000 99' 'net.core.somaxconn = 1234')
	run 1 sh "$copy"
	says 'tcp_congestion_control: did not take no-such'
	says 'tcp_rmem: did not take 4096 131072 6000000 99: it stays 4096 131072 6000000'
	is net.core.somaxconn 1234
	run 1 bash --posix "$copy"
	says 'tcp_congestion_control: did not take no-such'
}

inside_sysctl_read_only() {
	local copy
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}")
	mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	run 0 "$1" "$copy"
	says 'somaxconn: not applicable here'
	run 0 "$1" "$copy"
	says 'nothing changed'
}

inside_sysctl_masked() {
	local copy
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}")
	ln -s /dev/null "$conf"
	run 1 sh "$copy"
	says 'symbolic link to /dev/null'
	[ -L "$conf" ] || die 'the mask was replaced'
	[ "$(value net.core.somaxconn)" != 1234 ] || die 'a key was set all the same'
}

# Both readers are run for real, and what the script foretold of each must come true.
inside_sysctl_overrides() {
	local copy reader
	copy=$(copy_with "$tree/usr/local/lib/tune/sysctl.sh" "${net_settings[@]}")
	echo 'net.core.somaxconn = 60' >/etc/sysctl.d/50-early.conf
	mkdir -p /run/sysctl.d
	echo 'net.core.somaxconn = 777' >/etc/sysctl.d/99-zzz.conf
	echo 'net.core.somaxconn = 888' >/run/sysctl.d/99-zzz.conf
	echo 'net.ipv4.tcp_fin_timeout = 11' >/etc/sysctl.d/99-zzz.txt
	printf '; a comment\n net/ipv4/tcp_fin_timeout=44\n-net.ipv4.tcp_rmem = 4096\t131072   6000000\n' >/etc/sysctl.conf
	run 0 sh "$copy"
	is net.core.somaxconn 1234
	says 'somaxconn: systemd-sysctl (at boot) takes 777 from /etc/sysctl.d/99-zzz.conf:1, not 1234'
	says 'somaxconn: sysctl --system (procps) takes 777 from /etc/sysctl.d/99-zzz.conf:1, not 1234'
	says 'tcp_fin_timeout: sysctl --system (procps) takes 44 from /etc/sysctl.conf:2, not 33'
	silent_on 'tcp_fin_timeout: systemd'
	silent_on 'tcp_rmem: .* takes'
	reader=/lib/systemd/systemd-sysctl
	[ -x "$reader" ] || die "$reader is missing"
	run 0 "$reader"
	is net.core.somaxconn 777
	is net.ipv4.tcp_fin_timeout 33
	run 0 sysctl --system
	is net.core.somaxconn 777
	is net.ipv4.tcp_fin_timeout 44
	run 0 sh "$copy"
	is net.core.somaxconn 1234
}

inside_bootstrap() {
	local copy shell=$1 errors
	copy=$(copy_with "$tree/usr/local/lib/tune/bootstrap.sh" "${net_settings[@]}")
	export TUNE_SWAPFILE=$place/bootswap TUNE_SWAP_MIB=64 TUNE_FSTAB=$private/fstab
	echo '# empty' >"$TUNE_FSTAB"
	errors=$("$shell" "$copy" 2>&1 >"$private/out") || die "failed: $errors $(cat "$private/out")"
	[ -z "$errors" ] || die "wrote to stderr: $errors"
	! grep -v '^tune bootstrap: ' "$private/out" || die 'a line lacks the prefix'
	is net.core.somaxconn 1234
	grep -q "^$TUNE_SWAPFILE " /proc/swaps || die 'the swap file is not active'
	run 0 "$shell" "$copy"
	says 'swap: .*nothing changed'
	says 'sysctl: .*nothing changed'
	run 0 "$shell" "$copy" --undo
	! grep -q "^$TUNE_SWAPFILE " /proc/swaps || die 'the swap file is still active'
	[ "$(value net.core.somaxconn)" != 1234 ] || die 'the keys were not undone'
	echo precious >"$TUNE_SWAPFILE"
	run 1 "$shell" "$copy"
	is net.core.somaxconn 1234
	[ "$(cat "$TUNE_SWAPFILE")" = precious ] || die 'a foreign file was touched'
	rm "$TUNE_SWAPFILE"
}

if [ "${1:-}" = --inside ]; then
	set -eo pipefail
	tree=$2 private=$3 place=$4
	shift 4
	private_directories
	"$@"
	exit
fi

# ---- outside: the cases of swap.sh ----

[ $# -eq 1 ] || die "usage: $0 TREE"
[ "$(id -u)" -eq 0 ] || die 'must run as root'
tree=$(readlink -f -- "$1")
scripts=$tree/usr/local/lib/tune
swap=$scripts/swap.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/tune-scripts.XXXXXX")
chmod 755 "$work"
passed=0
failed=0

clean_up() {
	local path
	awk -v work="$work/" 'NR > 1 && index($1, work) == 1 { print $1 }' /proc/swaps | while read -r path; do
		swapoff -- "$(printf '%b' "$path")"
	done
	awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r | while read -r path; do
		umount -- "$path"
	done
	losetup -n -O NAME,BACK-FILE | awk -v work="$work/" 'index($2, work) == 1 { print $1 }' | xargs -r losetup -d
	rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

case_() {
	local name=$1 log=$work/log
	shift
	local status
	(
		set -eo pipefail
		"$@"
	) >"$log" 2>&1
	status=$?
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
		printf 'ok %s\n' "$name"
	else
		failed=$((failed + 1))
		printf 'not ok %s: %s\n' "$name" "$(tail -n 12 "$log" | tr '\n' '|')"
	fi
}

# make_file_system KIND NAME SIZE: mounts a new file system on $work/NAME.
make_file_system() {
	truncate -s "$3" "$work/$2.img"
	case $1 in
	ext4) mkfs.ext4 -q "$work/$2.img" ;;
	*) "mkfs.$1" -q "$work/$2.img" ;;
	esac
	mkdir "$work/$2"
	mount -o loop "$work/$2.img" "$work/$2"
}

# Sets up the case: where the swap file goes, and an fstab of three lines.
begin() {
	mount=$1
	export TUNE_SWAPFILE=$mount/${2:-swapfile} TUNE_SWAP_MIB=64 TUNE_FSTAB=$work/etc/fstab
	# btrfs counts what was freed only when it commits.
	sync -f "$mount"
	rm -rf "${work:?}/etc"
	mkdir "$work/etc"
	printf '# static\nproc /proc proc defaults 0 0\ntmpfs /tmp tmpfs size=1G 0 0\n' >"$TUNE_FSTAB"
	chmod 0640 "$TUNE_FSTAB"
	cp -p "$TUNE_FSTAB" "$work/fstab.before"
}

active() {
	local paths
	# Not through a pipe: grep -q would end it early, and pipefail take that for "no".
	paths=$(awk 'NR > 1 { print $1 }' /proc/swaps | while read -r path; do printf '%b\n' "$path"; done)
	grep -q -x -F -e "$TUNE_SWAPFILE" <<<"$paths"
}

is_made() {
	active || die 'not active'
	[ "$(stat -c '%a %u %s %h' "$TUNE_SWAPFILE")" = "600 0 $((${1:-64} * 1048576)) 1" ] ||
		die "mode, owner, size, links: $(stat -c '%a %u %s %h' "$TUNE_SWAPFILE")"
	[ "$(grep -c ' none swap sw,nofail 0 0$' "$TUNE_FSTAB")" = 1 ] || die "fstab: $(cat "$TUNE_FSTAB")"
	findmnt --verify --tab-file "$TUNE_FSTAB" || die 'findmnt --verify does not like fstab'
	no_leftovers
}

no_leftovers() {
	[ -z "$(find "$mount" "$work/etc" -name '*tune-new*')" ] || die "left: $(find "$mount" "$work/etc" -name '*tune-new*')"
}

# Nothing is left of an attempt.
is_untouched() {
	! active || die 'active'
	[ ! -e "$TUNE_SWAPFILE" ] || die "$TUNE_SWAPFILE is left"
	fstab_as_before
	no_leftovers
}

fstab_as_before() {
	cmp "$work/fstab.before" "$TUNE_FSTAB" || die "fstab changed: $(cat "$TUNE_FSTAB")"
	[ "$(stat -c '%a %u %g' "$TUNE_FSTAB")" = "$(stat -c '%a %u %g' "$work/fstab.before")" ] || die 'the mode of fstab changed'
}

remove() {
	! active || swapoff -- "$TUNE_SWAPFILE"
	rm -rf -- "$TUNE_SWAPFILE" "$TUNE_SWAPFILE.tune-new"
}

# stub NAME BODY: a command that the script finds before the real one; real NAME is $real there.
stub() {
	mkdir -p "$work/stubs"
	printf '#!/bin/sh\nreal=%s\n%s\n' "$(command -v "$1")" "$2" >"$work/stubs/$1"
	chmod 755 "$work/stubs/$1"
}

with_stubs() {
	PATH=$work/stubs:$PATH "$@"
}

swap_twice() {
	local shell=$2 files
	begin "$1"
	run 0 "$shell" "$swap"
	is_made
	head -c "$(stat -c %s "$work/fstab.before")" "$TUNE_FSTAB" | cmp - "$work/fstab.before" || die 'other bytes of fstab changed'
	[ "$(stat -c %a "$TUNE_FSTAB")" = 640 ] || die 'the mode of fstab changed'
	undo=$(sed -n 's/^swap: undo: //p' <<<"$out")
	files=$(stat -c '%n %i %Y %Z' "$TUNE_SWAPFILE" "$TUNE_FSTAB" "$mount" "$work/etc")
	run 0 "$shell" "$swap"
	says 'nothing changed'
	silent_on undo
	[ "$(stat -c '%n %i %Y %Z' "$TUNE_SWAPFILE" "$TUNE_FSTAB" "$mount" "$work/etc")" = "$files" ] || die 'the second run touched a file'
	sh -eu -c "$undo" || die "the printed undo failed: $undo"
	is_untouched
}

swap_undo() {
	begin "$1"
	run 0 sh "$swap"
	printf 'tmpfs /later tmpfs defaults 0 0' >>"$TUNE_FSTAB"
	run 0 sh "$swap" --undo
	printf 'tmpfs /later tmpfs defaults 0 0' >>"$work/fstab.before"
	is_untouched
	run 0 sh "$swap" --undo
	says 'nothing to undo'
}

swap_nocow() {
	begin "$1"
	run 0 sh "$swap"
	lsattr "$TUNE_SWAPFILE" | grep -q '^[^ ]*C' || die 'the file is copy on write'
	says 'snapshot'
	remove
	stub btrfs 'exit 1'
	run 0 with_stubs sh "$swap"
	rm "$work/stubs/btrfs"
	is_made || cp "$work/fstab.before" "$TUNE_FSTAB"
	lsattr "$TUNE_SWAPFILE" | grep -q '^[^ ]*C' || die 'the file is copy on write without mkswapfile'
	remove
}

swap_without_fallocate() {
	begin "$1"
	stub btrfs 'exit 1'
	stub fallocate 'for last; do :; done; head -c 5000000 /dev/zero >"$last"; echo "fallocate: Operation not supported" >&2; exit 1'
	run 0 with_stubs sh "$swap"
	rm -r "$work/stubs"
	is_made
	remove
}

swap_refuses_foreign_file() {
	local before
	begin "$1"
	head -c 70000000 /dev/urandom >"$TUNE_SWAPFILE"
	chmod 600 "$TUNE_SWAPFILE"
	before=$(cksum <"$TUNE_SWAPFILE"; stat -c '%i %Y %Z %a' "$TUNE_SWAPFILE")
	run 1 sh "$swap"
	says 'not a swap file: not touched'
	[ "$(cksum <"$TUNE_SWAPFILE"; stat -c '%i %Y %Z %a' "$TUNE_SWAPFILE")" = "$before" ] || die 'it was touched'
	fstab_as_before
	run 1 sh "$swap" --undo
	[ -e "$TUNE_SWAPFILE" ] || die 'undo removed it'
	rm "$TUNE_SWAPFILE"
	ln -s nowhere "$TUNE_SWAPFILE"
	run 1 sh "$swap"
	[ "$(readlink "$TUNE_SWAPFILE")" = nowhere ] && [ ! -e "$mount/nowhere" ] || die 'a dangling link was followed'
	rm "$TUNE_SWAPFILE"
	mkdir "$TUNE_SWAPFILE"
	run 1 sh "$swap"
	rmdir "$TUNE_SWAPFILE"
	is_untouched
}

# A swap file that somebody made is used, never formatted again, and survives the undo.
swap_takes_sound_file() {
	local id
	begin "$1"
	(umask 077; : >"$TUNE_SWAPFILE"; chattr +C "$TUNE_SWAPFILE" 2>/dev/null || :; dd if=/dev/zero of="$TUNE_SWAPFILE" bs=1M count=80 status=none)
	mkswap "$TUNE_SWAPFILE"
	id=$(blkid -p -s UUID -o value "$TUNE_SWAPFILE")
	chmod 644 "$TUNE_SWAPFILE"
	run 1 sh "$swap"
	says 'mode 0600'
	chmod 600 "$TUNE_SWAPFILE"
	fstab_as_before
	run 0 sh "$swap"
	says 'is of 80 MiB and the plan says 64: left as it is'
	is_made 80
	[ "$(blkid -p -s UUID -o value "$TUNE_SWAPFILE")" = "$id" ] || die 'it was formatted again'
	run 0 sh "$swap"
	says 'nothing changed'
	run 0 sh "$swap" --undo
	active || die 'undo stopped a swap file that was there before'
	fstab_as_before
	remove
}

swap_odd_path() {
	begin "$1" 'a swap\file'\''s $(x)'
	run 0 sh "$swap"
	is_made
	grep -q -F "$mount/a\\040swap\\134file's\\040\$(x) none swap" "$TUNE_FSTAB" || die "fstab: $(cat "$TUNE_FSTAB")"
	run 0 sh "$swap"
	says 'nothing changed'
	undo=$(sed -n 's/^swap: undo: //p' <<<"$out")
	run 0 sh "$swap" --undo
	is_untouched
}

# An fstab that names the file already, by another spelling, gets no second line.
swap_known_line() {
	begin "$1"
	mkdir -p "$work/link dir"
	rm -f "$work/link dir/m"
	ln -s "$mount" "$work/link dir/m"
	printf '%s\t swap  swap\tdefaults 0 0\n' "$work/link\\040dir/m/swapfile" >>"$TUNE_FSTAB"
	cp -p "$TUNE_FSTAB" "$work/fstab.before"
	run 0 sh "$swap"
	active || die 'not active'
	fstab_as_before
	remove
	begin "$1"
	printf '#%s none swap sw 0 0\n%s.old none swap sw,nofail 0 0\n/x/%s none swap sw 0 0\n' "$TUNE_SWAPFILE" "$TUNE_SWAPFILE" "$TUNE_SWAPFILE" >>"$TUNE_FSTAB"
	run 0 sh "$swap"
	grep -q "^$TUNE_SWAPFILE none swap sw,nofail 0 0$" "$TUNE_FSTAB" || die 'a line for another file was taken for ours'
	remove
}

swap_odd_fstab() {
	begin "$1"
	printf '# tabs\tand\302\240bytes \377\n\n\tproc\t/proc  proc\tdefaults\t0 0\r\n/dev/x /with\\040space ext4 defaults,nofail 0 2\ngarbage\n/dev/y /last ext4 nofail 0 2' >"$TUNE_FSTAB"
	cp -p "$TUNE_FSTAB" "$work/fstab.before"
	run 0 sh "$swap"
	active || die 'not active'
	{ cat "$work/fstab.before"; printf '\n'; } >"$work/expected"
	head -n -2 "$TUNE_FSTAB" | cmp - "$work/expected" || die 'other bytes changed'
	run 0 sh "$swap"
	says 'nothing changed'
	run 0 sh "$swap" --undo
	cmp "$TUNE_FSTAB" "$work/expected" || die 'undo changed other bytes'
	rm "$TUNE_FSTAB"
	run 0 sh "$swap"
	[ "$(stat -c %a "$TUNE_FSTAB")" = 644 ] || die 'a new fstab is not 0644'
	remove
}

# The file is taken away again where fstab cannot have its line.
swap_refuses_fstab() {
	begin "$1"
	mv "$TUNE_FSTAB" "$work/etc/real"
	ln -s real "$TUNE_FSTAB"
	run 1 sh "$swap"
	says 'symbolic link'
	[ -L "$TUNE_FSTAB" ] || die 'the link was replaced'
	rm "$TUNE_FSTAB"
	mv "$work/etc/real" "$TUNE_FSTAB"
	is_untouched
	stub findmnt 'case "$*" in *tune-new*) echo "1 parse error, 0 errors, 0 warnings"; exit 1 ;; esac'
	run 1 with_stubs sh "$swap"
	rm -r "$work/stubs"
	says 'new errors'
	is_untouched
	touch "$work/etc/target"
	mount --bind "$TUNE_FSTAB" "$TUNE_FSTAB"
	run 1 sh "$swap"
	umount "$TUNE_FSTAB"
	says 'cannot replace'
	is_untouched
}

swap_full_disk() {
	begin "$1"
	export TUNE_SWAP_MIB=4096
	stub df 'case "$*" in *size,avail*) echo "size avail"; echo "99999999 99999999" ;; *) exec "$real" "$@" ;; esac'
	run 1 with_stubs sh "$swap"
	rm -r "$work/stubs"
	says 'No space left'
	is_untouched
	dd if=/dev/zero of="$mount/fill" bs=1M count="$(($(df -m --output=avail "$mount" | tail -1) - 1060))" status=none
	sync -f "$mount"
	run 1 sh "$swap"
	says 'not enough free space'
	is_untouched
	rm "$mount/fill"
}

swap_made_smaller() {
	local free
	begin "$1"
	export TUNE_SWAP_MIB=65536
	run 0 sh "$swap" --dry-run
	is_untouched
	run 0 sh "$swap"
	says 'would leave less than 10 % and 1 GiB'
	is_made "$(($(stat -c %s "$TUNE_SWAPFILE") / 1048576))"
	sync -f "$mount"
	free=$(df -m --output=avail "$mount" | tail -1)
	[ "$free" -ge 1000 ] && [ "$free" -lt 1100 ] || die "$free MiB are free"
	run 0 sh "$swap"
	says 'nothing changed'
	remove
}

swap_refuses_file_system() {
	local kind=$1
	mkdir -p "$work/other"
	case $kind in
	tmpfs) mount -t tmpfs tmpfs "$work/other" ;;
	overlay)
		mkdir -p "$work/ext4/lower" "$work/ext4/upper" "$work/ext4/work"
		mount -t overlay overlay -o "lowerdir=$work/ext4/lower,upperdir=$work/ext4/upper,workdir=$work/ext4/work" "$work/other"
		;;
	*) stub stat 'case "$*" in *"-f -c %T"*) echo '"$kind"' ;; *) exec "$real" "$@" ;; esac' ;;
	esac
	begin "$work/other"
	run 1 with_stubs sh "$swap"
	rm -rf "$work/stubs"
	says "is on $kind"
	is_untouched
	! mountpoint -q "$work/other" || umount "$work/other"
}

swap_other_arguments() {
	begin "$1"
	run 0 setpriv --reuid 65534 --clear-groups sh "$swap" --dry-run
	says 'would make'
	run 1 setpriv --reuid 65534 --clear-groups sh "$swap"
	says 'must run as root'
	run 2 sh "$swap" --wrong
	TUNE_SWAP_MIB=12x run 1 sh "$swap"
	TUNE_SWAPFILE=relative run 1 sh "$swap"
	TUNE_SWAPFILE=$'/new\nline' run 1 sh "$swap"
	TUNE_SWAPFILE=/no/such/directory/file run 1 sh "$swap"
	is_untouched
}

swap_two_at_once() {
	local first second
	begin "$1"
	sh "$swap" & first=$!
	sh "$swap" & second=$!
	wait "$first" || die 'the first failed'
	wait "$second" || die 'the second failed'
	is_made
	remove
}

# Fails or kills the script at every command that it runs, the first, the second and so on.
swap_faults() {
	local how=$2 command status points=0
	rm -rf "$work/stubs"
	for command in awk blkid chmod cksum cp dd df fallocate findmnt flock id ln mkswap mv readlink rm sed stat swapon sync tail; do
		case $how in
		fail) stub "$command" 'echo x >>"$COUNT"; [ "$(/usr/bin/wc -l <"$COUNT")" != "$FAIL_AT" ] || [ "$FAIL" != '"$command"' ] || exit 1; exec "$real" "$@"' ;;
		kill-before) stub "$command" '[ "$FAIL" = '"$command"' ] || exec "$real" "$@"; echo x >>"$COUNT"; [ "$(/usr/bin/wc -l <"$COUNT")" != "$FAIL_AT" ] || kill -9 -- "-$(/usr/bin/ps -o pgid= -p $$ | /usr/bin/tr -d " ")"; exec "$real" "$@"' ;;
		kill-after) stub "$command" '[ "$FAIL" = '"$command"' ] || exec "$real" "$@"; echo x >>"$COUNT"; "$real" "$@"; s=$?; [ "$(/usr/bin/wc -l <"$COUNT")" != "$FAIL_AT" ] || kill -9 -- "-$(/usr/bin/ps -o pgid= -p $$ | /usr/bin/tr -d " ")"; exit $s' ;;
		esac
	done
	sed -i 's/^echo x/[ "$FAIL" = "${0##*\/}" ] || exec "$real" "$@"; echo x/' "$work"/stubs/*
	export COUNT=$work/count FAIL FAIL_AT
	for FAIL in awk blkid chmod cksum cp dd df fallocate findmnt flock id ln mkswap mv readlink rm sed stat swapon sync tail; do
		for ((FAIL_AT = 1; FAIL_AT < 20; FAIL_AT++)); do
			begin "$1"
			: >"$COUNT"
			status=0
			out=$(PATH=$work/stubs:$PATH setsid -w sh "$swap" 2>&1) || status=$?
			[ "$(wc -l <"$COUNT")" -ge "$FAIL_AT" ] || { remove; break; }
			points=$((points + 1))
			if [ "$status" = 0 ]; then
				is_made || die "$FAIL call $FAIL_AT: says it is done, and is not: $out"
			elif [ "$how" = fail ]; then
				(is_untouched) || die "$FAIL call $FAIL_AT: something is left: $out"
			else
				cmp -s "$TUNE_FSTAB" "$work/fstab.before" || [ "$(grep -c ' none swap sw,nofail 0 0$' "$TUNE_FSTAB")" = 1 ] || die "$FAIL call $FAIL_AT: fstab is torn"
			fi
			run 0 sh "$swap"
			(is_made) || die "$FAIL call $FAIL_AT: the next run does not finish: $out"
			remove
		done
	done
	echo "$points points"
	[ "$points" -ge 20 ] || die "only $points points were reached"
	rm -rf "$work/stubs"
}

clean_shell() {
	shellcheck -s sh "$scripts/swap.sh" "$scripts/sysctl.sh" "$scripts/bootstrap.sh"
	for script in "$scripts"/{swap,sysctl,bootstrap}.sh; do
		[ "$(head -n 1 "$script")" = '#!/bin/sh' ] || die "$script does not begin with #!/bin/sh"
		dash -n "$script"
		bash --posix -n "$script"
	done
}

drop_in_is_the_same() {
	for script in sysctl bootstrap; do
		awk '/^END_OF_FILE$/ { inside = 0 } inside { print } /<<.END_OF_FILE.$/ { inside = 1 }' "$scripts/$script.sh" |
			cmp - "$tree$conf" || die "$script.sh would write something else than 99-zz-tune.conf"
	done
	grep -q ' = ' "$tree$conf" || die 'the drop-in sets nothing'
	sysctl --dry-run -p "$tree$conf"
}

fits_user_data() {
	[ "$(gzip -9 -c "$scripts/bootstrap.sh" | wc -c)" -lt 12288 ] || die 'too large'
}

inside() {
	local private=$work/private
	mkdir -p "$private"
	unshare -mn "$self" --inside "$tree" "$private" "$work/ext4" "$@"
	rm -rf "$private"
}

case_ shellcheck clean_shell
case_ drop-in-is-the-same drop_in_is_the_same
case_ bootstrap-fits-user-data fits_user_data

for kind in ext4 xfs btrfs; do
	case_ "$kind-mount" make_file_system "$kind" "$kind" 3G
	case_ "$kind-twice" swap_twice "$work/$kind" dash
	case_ "$kind-undo" swap_undo "$work/$kind"
	case_ "$kind-without-fallocate" swap_without_fallocate "$work/$kind"
	case_ "$kind-foreign-file" swap_refuses_foreign_file "$work/$kind"
	case_ "$kind-sound-file" swap_takes_sound_file "$work/$kind"
	case_ "$kind-full-disk" swap_full_disk "$work/$kind"
	case_ "$kind-made-smaller" swap_made_smaller "$work/$kind"
done
case_ btrfs-nocow swap_nocow "$work/btrfs"
mkdir "$work/bin"
ln -s "$(command -v bash)" "$work/bin/sh"
case_ ext4-twice-bash swap_twice "$work/ext4" "$work/bin/sh"
case_ odd-path swap_odd_path "$work/ext4"
case_ odd-fstab swap_odd_fstab "$work/ext4"
case_ known-line swap_known_line "$work/ext4"
case_ refused-fstab swap_refuses_fstab "$work/ext4"
case_ other-arguments swap_other_arguments "$work/ext4"
case_ two-at-once swap_two_at_once "$work/ext4"
for kind in tmpfs overlay zfs nfs; do
	case_ "refuses-$kind" swap_refuses_file_system "$kind"
done
for how in fail kill-before kill-after; do
	case_ "faults-$how" swap_faults "$work/ext4" "$how"
done

case_ sysctl-twice inside inside_sysctl_twice dash
case_ sysctl-twice-bash inside inside_sysctl_twice "$work/bin/sh"
case_ sysctl-undo inside inside_sysctl_undo
case_ sysctl-dry-run inside inside_sysctl_dry_run
case_ sysctl-refused-value inside inside_sysctl_refused_value
case_ sysctl-read-only inside inside_sysctl_read_only dash
case_ sysctl-read-only-bash inside inside_sysctl_read_only "$work/bin/sh"
case_ sysctl-masked inside inside_sysctl_masked
case_ sysctl-overrides inside inside_sysctl_overrides
case_ bootstrap inside inside_bootstrap dash
case_ bootstrap-bash inside inside_bootstrap "$work/bin/sh"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
