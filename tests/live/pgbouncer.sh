#!/bin/bash
# Starts a real PgBouncer on every rendered pgbouncer.ini, and asks its console for every setting.
#
#   tests/live/pgbouncer.sh TREE...     TREEs as `tune render` writes them
#
# Run as root: PgBouncer itself is run as `nobody`. Prints "ok NAME" or "not ok NAME: why" for every
# case; ends with 1 if one failed or if there was none. Each listens on a private socket alone.

set -u
export LC_ALL=C
work=$(mktemp -d)
chmod 755 "$work"
pid=
passed=0 failed=0

end() {
	[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
	pid=
}
trap 'end; rm -rf "$work"' EXIT

console() {
	psql -XqtA -F ' ' -h "$work/run" -p "$port" -U nobody pgbouncer -c "$1" 2>&1
}

# A copy of the tree in $work, in which nothing leads to the host and everybody is let in.
copied() {
	rm -rf "$work/tree" "$work/run" && cp -r "$1" "$work/tree" && mkdir -m 777 "$work/run"
	printf '"nobody" ""\n' >"$work/users"
	find "$work/tree" -name '*.ini' -exec sed -i -E \
		-e "s#^%include (/.*)#%include $work/tree\\1#" -e '/^(logfile|pidfile|listen_addr|unix_socket_dir) /d' \
		-e "s#^auth_file .*#auth_file = $work/users#" -e 's#^auth_type .*#auth_type = trust#' \
		-e "s#^\\[pgbouncer\\]#&\\nunix_socket_dir = $work/run\\nadmin_users = nobody#" {} +
	chmod -R a+rX "$work/tree" "$work/users"
}

# The validator's command: it reads the file, finds no such account and ends.
parses() {
	out=$(pgbouncer -u no-such-user "$1" 2>&1)
	grep -q 'could not find user' <<<"$out" || { why=$out && return 1; }
}

starts() {
	port=$(cat "$@" | sed -n 's/^listen_port = //p' | tail -1)
	port=${port:-6432}
	setpriv --reuid=nobody --regid=nogroup --clear-groups pgbouncer -q "$1" 2>"$work/log" &
	pid=$!
	for _ in $(seq 50); do
		console 'SHOW VERSION' | grep -q PgBouncer && return 0
		sleep 0.1
	done
	why="did not start: $(tail -3 "$work/log")" && return 1
}

# holds FILE: every line of it is what the console says.
holds() {
	local key is value got count=0 config
	config=$(console 'SHOW CONFIG')
	while read -r key is value; do
		case $key in '' | '#'* | '%'* | '['* | '*' | '"'* | auth_* | admin_users | unix_socket_dir) continue ;; esac
		got=$(awk -v key="$key" '$1 == key { print $2 }' <<<"$config")
		[ "$is $got" = "= $value" ] || { why="$key is '$got', not '$value'" && return 1; }
		count=$((count + 1))
	done <"$1"
	[ "$count" -ge 7 ] || { why="only $count settings in it" && return 1; }
}

# case_ NAME OWN MAIN: the settings of OWN in a pooler that is started on MAIN.
case_() {
	why=
	if parses "$3" && starts "$3" "$2" && holds "$2"; then
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
			done < <(grep -rl "^%include $own\$" "$(dirname "$own")" | sort)
			;;
		*) case_ "${own#"$work/tree/"} of $tree" "$own" "$own" ;;
		esac
	done < <(find "$work/tree" \( -path '*/etc/pgbouncer/*' -name '90-tune-*.ini' \) -o \
		\( -path '*/opt/*' -name 'pgbouncer.ini' \) | sort)
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
