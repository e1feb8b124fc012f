#!/bin/sh
# Stands in for the entrypoint script that k3d v5.9.0 puts into servers and agents: k3s runs in the background; a server
# opens itself for pods first, and drains itself when it is told to stop.
set -u
role=$1
log="/var/log/k3d-entrypoints_$(date +%y%m%d%H%M%S).log"
for script in /bin/k3d-entrypoint-*.sh; do
	[ -f "$script" ] || continue
	sh "$script" >>"$log" 2>&1 || exit 1
done
/bin/k3s "$@" &
k3s=$!
if [ "$role" = server ]; then
	until kubectl uncordon "$(hostname)" >>"$log" 2>&1; do
		kill -0 "$k3s" || exit 1
		sleep 3
	done
fi
stop() {
	if [ "$role" = server ]; then
		kubectl drain "$(hostname)" --force --delete-emptydir-data --ignore-daemonsets --disable-eviction >>"$log" 2>&1
	fi
	kill -TERM "$k3s"
}
trap stop TERM INT QUIT HUP
# A signal ends the first wait.
wait "$k3s"
wait "$k3s"
