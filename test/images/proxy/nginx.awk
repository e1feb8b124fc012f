# Makes an nginx configuration of k3d's values.yaml:
#   ports: {"80.tcp": [node, ...], "9000.udp": [...]}   settings: {workerConnections, defaultProxyTimeout}
# Reads block style, as k3d writes it, with lists in either style.
function server(name) {
	gsub(/["' ]/, "", name)
	if (name != "") servers[port] = servers[port] "    server " name ":" number[port] " max_fails=1 fail_timeout=10s;\n"
}
BEGIN { connections = 1024; timeout = 600 }
/^[ \t]*(#|$)/ { next }
/^[a-zA-Z]/ { section = $1; next }
section == "ports:" && /^ *-/ {
	sub(/^ *- */, "")
	server($0)
	next
}
section == "ports:" {
	split($0, halves, ":")
	port = halves[1]
	gsub(/["' ]/, "", port)
	order[++count] = port
	number[port] = port
	sub(/\..*/, "", number[port])
	list = $0
	if (sub(/^[^[]*\[/, "", list) && sub(/\].*/, "", list)) {
		length_ = split(list, names, ",")
		for (i = 1; i <= length_; i++) server(names[i])
	}
	next
}
section == "settings:" && $1 == "workerConnections:" { connections = $2 }
section == "settings:" && $1 == "defaultProxyTimeout:" { timeout = $2 }
END {
	print "load_module /usr/lib/nginx/modules/ngx_stream_module.so;"
	print "error_log stderr notice;"
	print "worker_processes auto;"
	print "events {\n  multi_accept on;\n  use epoll;\n  worker_connections " connections ";\n}"
	print "stream {"
	for (i = 1; i <= count; i++) {
		port = order[i]
		if (servers[port] == "") continue
		upstream = port
		sub(/\./, "_", upstream)
		udp = port ~ /\.udp$/ ? " udp" : ""
		print "  upstream " upstream " {\n" servers[port] "  }"
		print "  server {\n    listen        " number[port] udp ";\n    proxy_pass    " upstream ";"
		print "    proxy_timeout " timeout ";\n    proxy_connect_timeout 2s;\n  }"
	}
	print "}"
}
