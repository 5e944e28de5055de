#!/bin/bash
# Starts a real redis on every rendered redis file, and asks it with CONFIG GET for every setting.
#
#   tests/live/redis.sh TREE...     TREEs as `tune render` writes them
#
# REDIS_SERVER names the program (default redis-server). Prints "ok NAME" or "not ok NAME: why" for
# every case; ends with 1 if one failed or if there was none. Each server listens on a private socket.

set -u
export LC_ALL=C
server=${REDIS_SERVER:-redis-server}
work=$(mktemp -d)
pid=
passed=0 failed=0

end() {
	[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
	pid=
}
trap 'end; rm -rf "$work"' EXIT

# bytes TEXT: what redis makes of a size; any other text as it is.
bytes() {
	case $1 in
	*[!0-9kmgb]* | *[!0-9]*[0-9] | '' | [!0-9]*) printf '%s' "$1" ;;
	*gb) printf '%s' $((${1%gb} << 30)) ;;
	*mb) printf '%s' $((${1%mb} << 20)) ;;
	*kb) printf '%s' $((${1%kb} << 10)) ;;
	*) printf '%s' "$1" ;;
	esac
}

# A copy of the tree in $work, in which nothing leads to the host.
copied() {
	rm -rf "$work/tree" "$work/data" && cp -r "$1" "$work/tree" && mkdir "$work/data"
	find "$work/tree" -name '*.conf' -exec sed -i -E \
		-e "s#^include (/.*)#include $work/tree\\1#" \
		-e "s#^(dir|pidfile|logfile) .*/#\\1 $work/data/#" -e "s#^dir .*#dir $work/data#" {} +
}

# The validator's command: it opens nothing and ends.
parses() {
	out=$("$server" "$1" --port 0 --unixsocket '' --daemonize no --logfile '' --pidfile '' --dir "$work/data" 2>&1)
	grep -q 'FATAL CONFIG FILE' <<<"$out" && { why=$out && return 1; }
	grep -q 'not listen anywhere' <<<"$out" || { why="says neither that it parsed nor that it did not: $out" && return 1; }
}

# In the data directory, as the image of a container is: its file names no directory.
starts() {
	(cd "$work/data" && exec "$server" "$1" --port 0 --unixsocket "$work/s" --daemonize no --supervised no --logfile '') \
		>"$work/log" 2>&1 &
	pid=$!
	for _ in $(seq 100); do
		[ "$(redis-cli -s "$work/s" PING 2>&1)" = PONG ] && return 0
		sleep 0.1
	done
	why="did not start: $(tail -3 "$work/log")" && return 1
}

# holds FILE: every line of it is what the server says.
holds() {
	local key value got words count=0
	while read -r key value; do
		case $key in '' | '#'* | port | include) continue ;; esac
		[ "$value" = '""' ] && value=
		got=$(redis-cli -s "$work/s" CONFIG GET "$key" | sed -n 2p)
		if [ "$key" = client-output-buffer-limit ]; then
			read -ra words <<<"$value"
			value="${words[0]} $(bytes "${words[1]}") $(bytes "${words[2]}") ${words[3]}"
			[[ "$got" == *"$value"* ]] || { why="$key is '$got', not '$value'" && return 1; }
		elif [ "$got" != "$(bytes "$value")" ]; then
			why="$key is '$got', not '$value'" && return 1
		fi
		count=$((count + 1))
	done <"$1"
	[ "$count" -ge 7 ] || { why="only $count settings in it" && return 1; }
}

# case_ NAME OWN MAIN: the settings of OWN in a server that is started on MAIN.
case_() {
	why=
	if parses "$3" && starts "$3" && holds "$2"; then
		passed=$((passed + 1)) && printf 'ok %s\n' "$1"
	else
		failed=$((failed + 1)) && printf 'not ok %s: %s\n' "$1" "$why"
	fi
	end
}

for tree; do
	copied "$tree" || exit 1
	while read -r own; do
		case $own in
		*/90-tune-*)
			while read -r main; do
				case_ "${main#"$work/tree/"} of $tree" "$own" "$main"
			done < <(grep -rl "^include $own\$" "$(dirname "$own")" | sort)
			;;
		*) case_ "${own#"$work/tree/"} of $tree" "$own" "$own" ;;
		esac
	done < <(find "$work/tree" \( -path '*/etc/*' -name '90-tune-*.conf' -path '*/redis*/*' \) -o \
		\( -path '*/opt/*' -name 'redis.conf' \) | sort)
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
