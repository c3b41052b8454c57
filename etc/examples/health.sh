#!/bin/sh
# Tells a load balancer, such as haproxy's agent-check, how much this machine can take.
set -eu

read -r load _ </proc/loadavg
cpus=$(getconf _NPROCESSORS_ONLN)
if [ "${load%.*}" -ge $((cpus * 4)) ]; then
	echo drain
else
	echo "ready 100%"
fi
