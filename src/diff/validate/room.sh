# Runs validators on files as they would be. In namespaces of its own: what is mounted here nobody
# else sees, what is started here ends with it, and what is written goes to memory.
#
#   room.sh WORK QUESTIONS SECONDS
#
# WORK holds what tune wrote: `overlays`, `files` with their contents `f0`, `f1`, ..., and a
# directory `q0`, `q1`, ... for each question. Prints for each `NUMBER STATUS BYTES`, its answer and
# a newline. Ends with 3, and says why, where the files cannot be staged.
set -u
work=$1 questions=$2 seconds=$3
fail() {
	echo "$1" >&2
	exit 3
}

mount --make-rprivate / || fail 'mounts cannot be made private'
# What tune wrote is reached from here alone: memory is mounted over it.
cd "$work" || fail "$work cannot be entered"
mount -t tmpfs -o mode=0755,nosuid,nodev,size=128m tune "$work" || fail 'no memory can be mounted'

# By its number it stays in reach, whatever is laid over the way to it.
exec 9<"$work"
memory=/proc/self/fd/9

# Overlays: first what lies below each, since one may hide another's. Where that cannot be had, no
# overlay can be made either.
while read -r n need directory; do
	mkdir "$work/$n" "$work/$n/below" "$work/$n/above" "$work/$n/work"
	chmod --reference="$directory" "$work/$n/above"
	chown --reference="$directory" "$work/$n/above" 2>/dev/null
	mount --bind "$directory" "$work/$n/below" 2>/dev/null || rmdir "$work/$n/below"
done <./overlays
stage() {
	n=0
	while read -r mode user group && IFS= read -r path && IFS= read -r above; do
		# Who is not root owns no directory but those made here.
		! [ -e ./mapped ] || path=$work/$above
		mkdir -p "${path%/*}" || fail "$path has no directory"
		install -m "$mode" -o "$user" -g "$group" "./f$n" "$path" 2>/dev/null ||
			install -m "$mode" "./f$n" "$path" || fail "$path cannot be staged"
		n=$((n + 1))
	done <./files
}
! [ -e ./mapped ] || stage
laid=
# What is only for a while may as well be empty.
empty() {
	case $1 in /tmp | /var/tmp) ;; *) return ;; esac
	mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m tune "$1" 2>/dev/null || return
	laid="$laid
$1"
	case $work in "$1"/*) mkdir -p "$work" && mount --no-canonicalize --bind "$memory" "$work" || fail "$work is lost" ;; esac
}
while read -r n need directory; do
	layers=lowerdir=$memory/$n/below,upperdir=$memory/$n/above,workdir=$memory/$n/work
	if mount -t overlay -o "$layers" tune "$directory" 2>/dev/null; then
		laid="$laid
$directory"
		case $work in "$directory"/*) mount --no-canonicalize --bind "$memory" "$work" || fail "$work is lost" ;; esac
	else
		[ "$need" = may ] || fail "nothing can be laid over $directory"
		empty "$directory"
	fi
done <./overlays
# Logs: their names without what is in them, which may be large.
mkdir "$work/logs" && cp -a --attributes-only /var/log/. "$work/logs/" 2>/dev/null
mount --bind "$work/logs" /var/log 2>/dev/null && laid="$laid
/var/log"

[ -e ./mapped ] || stage

# All else is read-only.
is_laid() {
	for one in $laid; do
		case $1/ in "$one"/*) return 0 ;; esac
	done
	return 1
}
IFS='
'
while IFS=' ' read -r _ _ _ _ point options _; do
	case $point in *\\*) point=$(printf '%b' "$(printf '%s' "$point" | sed 's/\\/\\0/g')") ;; esac
	case $point/ in "$work"/* | /proc/*) continue ;; esac
	case $options in rw | rw,*) ;; *) continue ;; esac
	is_laid "$point" && continue
	mount -o "remount,bind,ro${options#rw}" "$point" 2>/dev/null || ! [ -w "$point" ] ||
		fail "$point cannot be made read-only"
done </proc/self/mountinfo
for one in /proc/sys/vm /proc/sys/kernel /proc/sys/fs /proc/sysrq-trigger; do
	mount --bind -o ro "$one" "$one" 2>/dev/null
done
unset IFS

# A network of its own has every address, so that a server may try to listen.
alone='for of in ipv4 ipv6; do echo 1 >/proc/sys/net/$of/ip_nonlocal_bind; done 2>/dev/null; exec "$@"'

ask() {
	IFS= read -r file <"./q$1/file"
	IFS= read -r main <"./q$1/main"
	IFS= read -r account <"./q$1/account"
	IFS= read -r directories <"./q$1/directories"
	IFS= read -r network <"./q$1/network"
	scratch=$work/s$1
	mkdir -m 700 "$scratch"
	! [ -e "./q$1/content" ] || { cat "./q$1/content" >"$scratch/${file##*/}" && file=$scratch/${file##*/}; }
	set -- "$1" env -i "PATH=$directories/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
		LC_ALL=C PYTHONDONTWRITEBYTECODE=1 "HOME=$scratch" "TMPDIR=$scratch" "SCRATCH=$scratch" \
		"FILE=$file" "MAIN=$main" sh -c "cd /; $(cat "./q$1/script")"
	n=$1
	shift
	if [ -n "$account" ] && [ "$(id -u)" = 0 ] && [ ! -e ./mapped ]; then
		id -u "$account" >/dev/null 2>&1 || {
			echo "cannot: there is no account $account here" >"$work/out$n"
			echo 125 >"$work/status$n"
			return
		}
		chown -R "$account" "$scratch"
		set -- setpriv "--reuid=$account" "--regid=$(id -g "$account")" --init-groups "$@"
	fi
	[ "$network" = yes ] || set -- unshare --net sh -c "$alone" sh "$@"
	timeout -k 1 "$seconds" "$@" </dev/null >"$work/out$n" 2>&1
	echo $? >"$work/status$n"
}

n=0
while [ "$n" -lt "$questions" ]; do
	ask "$n" &
	n=$((n + 1))
done
wait
n=0
while [ "$n" -lt "$questions" ]; do
	head -c 65536 "$work/out$n" >"$work/said"
	echo "$n $(cat "$work/status$n") $(($(wc -c <"$work/said")))"
	cat "$work/said"
	echo
	n=$((n + 1))
done
