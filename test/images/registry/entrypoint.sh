#!/bin/sh
echo "k3dui stand-in for docker.io/library/registry:2 (docker-registry of Debian)"
case $1 in
*.yaml | *.yml) set -- registry serve "$@" ;;
serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
