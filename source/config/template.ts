import {defaultK3sImage} from '../cluster/cluster-spec.ts';
import {defaultRegistryImage} from '../cluster/registries/registry-spec.ts';

/**
 * A commented config file to begin with: valid as it is, for one server. Settings that are commented out have no
 * blank or several after the `#`, what is said about them has one.
 */
export function templateText(name: string): string {
	return `# A Kubernetes cluster in Docker, for k3dui and for k3d.
# Create it: k3dui cluster create -c FILE
# Delete it: k3dui cluster delete -c FILE
# What is commented out shows an example. Environment variables, written with a dollar sign, are replaced everywhere.
apiVersion: k3d.io/v1alpha5
kind: Simple
metadata:
  name: ${name}

# Three servers or more keep their state in etcd and survive the loss of one.
servers: 1
agents: 0

# Where the Kubernetes API is published on this machine. By default it is a free port on all addresses.
#kubeAPI:
#  host: k3s.localhost # the name that kubeconfigs have
#  hostIP: 127.0.0.1
#  hostPort: "6550" # or random

# An image of k3s, or one of its channels: latest, stable, +v1.36
#image: ${defaultK3sImage}

# An existing Docker network to join,
#network: my-network
# or the range of the cluster's own network, or auto.
#subnet: 172.28.0.0/16

# The secret that nodes join with. By default it is a random one.
#token: change-me-soon

# What is mounted into nodes. Without nodeFilters it is every node; filters are server:0, agent:*, agent:0-2, all.
#volumes:
#  - volume: /srv/data:/data
#    nodeFilters: [server:0, agent:*]

# Ports to publish. By default they go through the load balancer to every node.
#ports:
#  - port: 8080:80
#    nodeFilters: [loadbalancer]
#  - port: 127.0.0.1:30080:30080
#    nodeFilters: [agent:0]

#env:
#  - envVar: HTTPS_PROXY=http://proxy.example.com:3128
#    nodeFilters: [all]

# Files that are put into nodes before they start: a path from this file's folder on, or the content itself.
#files:
#  - description: a namespace from the beginning
#    source: |
#      apiVersion: v1
#      kind: Namespace
#      metadata:
#        name: team-a
#    destination: k3s-manifests-custom/team-a.yaml
#    nodeFilters: [server:*]

# Names that nodes and pods resolve to an address.
#hostAliases:
#  - ip: 10.0.0.5
#    hostnames: [db.test, cache.test]

# Where images come from.
#registries:
#  create: # a registry of the cluster's own, which is deleted with it
#    name: registry.localhost
#    host: 0.0.0.0
#    hostPort: "5000" # or random
#    image: ${defaultRegistryImage}
#    enforcePortMatch: false # the same port inside and outside
#    volumes:
#      - /srv/registry:/var/lib/registry
#    proxy: # makes it a pull-through cache
#      remoteURL: https://registry-1.docker.io
#      username: me
#      password: secret
#  use: # registries that exist
#    - k3d-registry:5000
#  config: | # a registries.yaml of k3s, or a path to one
#    mirrors:
#      registry.example.com:
#        endpoint: [http://registry.example.com:5000]

#options:
#  k3d:
#    wait: true # until Kubernetes is ready
#    timeout: 90s # then it is given up and undone; by default it never is
#    disableLoadbalancer: false
#    disableImageVolume: false
#    disableRollback: false # keeps what was made when creating fails
#    loadbalancer:
#      configOverrides:
#        - settings.workerConnections=2048
#  k3s:
#    extraArgs:
#      - arg: --disable=traefik
#        nodeFilters: [server:*]
#    nodeLabels:
#      - label: tier=gold
#        nodeFilters: [agent:*]
#  kubeconfig:
#    updateDefaultKubeconfig: true
#    switchCurrentContext: true
#  runtime:
#    gpuRequest: all
#    serversMemory: 2g
#    agentsMemory: 1g
#    serversCpus: "2" # k3d ignores it
#    agentsCpus: "0.5" # k3d ignores it
#    hostPidMode: false
#    labels:
#      - label: team=a
#        nodeFilters: [all]
#    ulimits:
#      - name: nofile
#        soft: 26677
#        hard: 26677
`;
}
