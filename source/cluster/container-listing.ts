/**
 * One entry of the Docker Engine's container list (`GET /containers/json`), as it comes over the wire.
 * Only what the domain reads. Source: Docker Engine API 1.41, ContainerSummary.
 */
export interface ContainerListing {
	readonly Id: string;
	/** With a leading slash each: `/k3d-demo-server-0`. */
	readonly Names: readonly string[];
	readonly Image: string;
	readonly ImageID: string;
	readonly Command?: string;
	/** Seconds since the epoch. */
	readonly Created: number;
	readonly Ports: readonly PortListing[];
	readonly Labels: Readonly<Record<string, string>>;
	readonly State: string;
	/** Docker's words: `Up 3 minutes`, `Exited (137) 2 hours ago`. */
	readonly Status: string;
	readonly NetworkSettings?: {readonly Networks: Readonly<Record<string, EndpointListing>>};
	readonly Mounts?: readonly {
		readonly Type?: string | undefined;
		readonly Name?: string | undefined;
		readonly Destination: string;
	}[];
}

/** One published or exposed port in a container list; a port published on IPv4 and IPv6 comes twice. */
export interface PortListing {
	readonly IP?: string;
	readonly PrivatePort: number;
	readonly PublicPort?: number;
	readonly Type: string;
}

/** A container's place in one network; `IPAddress` is empty while it does not run. */
export interface EndpointListing {
	readonly NetworkID?: string;
	readonly IPAddress?: string;
	readonly Gateway?: string;
}
