/** A node's name without what all nodes of its cluster begin with: `k3d-demo-server-0` becomes `server-0`. */
export function shortName(name: string, cluster: string | undefined): string {
	const prefix = `k3d-${cluster}-`;
	return cluster !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
