/** Bodies of requests to the Engine API, as far as the built-in engine reads them. Everything may be missing. */

export interface EndpointSettings {
	readonly IPAMConfig?: {readonly IPv4Address?: string} | null;
	readonly Links?: readonly string[] | null;
	readonly Aliases?: readonly string[] | null;
	readonly MacAddress?: string;
	readonly DriverOpts?: Readonly<Record<string, string>> | null;
}

export interface NetworkBody {
	readonly Name?: string;
	readonly Driver?: string;
	readonly Internal?: boolean;
	readonly Attachable?: boolean;
	readonly Labels?: Readonly<Record<string, string>> | null;
	readonly Options?: Readonly<Record<string, string>> | null;
	readonly IPAM?: {readonly Config?: readonly {readonly Subnet?: string; readonly Gateway?: string}[] | null} | null;
}

export interface VolumeBody {
	readonly Name?: string;
	readonly Driver?: string;
	readonly Labels?: Readonly<Record<string, string>> | null;
	readonly DriverOpts?: Readonly<Record<string, string>> | null;
}

export interface PortBinding {
	readonly HostIp?: string;
	readonly HostPort?: string;
}

export interface MountBody {
	readonly Type?: string;
	readonly Source?: string;
	readonly Target?: string;
	readonly ReadOnly?: boolean;
}

export interface HostConfig {
	readonly Binds?: readonly string[] | null;
	readonly Mounts?: readonly MountBody[] | null;
	readonly NetworkMode?: string;
	readonly PortBindings?: Readonly<Record<string, readonly PortBinding[] | null>> | null;
	readonly PublishAllPorts?: boolean;
	readonly RestartPolicy?: {readonly Name?: string; readonly MaximumRetryCount?: number} | null;
	readonly AutoRemove?: boolean;
	readonly Init?: boolean | null;
	readonly Tmpfs?: Readonly<Record<string, string>> | null;
	readonly Memory?: number;
	readonly ExtraHosts?: readonly string[] | null;
	readonly [more: string]: unknown;
}

/** A command: a list, or one word. */
export type Words = readonly string[] | string | null;

export interface ContainerConfig {
	readonly Hostname?: string;
	readonly Image?: string;
	readonly Env?: readonly string[] | null;
	readonly Cmd?: Words;
	readonly Entrypoint?: Words;
	readonly Labels?: Readonly<Record<string, string>> | null;
	readonly ExposedPorts?: Readonly<Record<string, object>> | null;
	readonly Volumes?: Readonly<Record<string, object>> | null;
	readonly WorkingDir?: string;
	readonly User?: string;
	readonly Tty?: boolean;
	readonly OpenStdin?: boolean;
	readonly StdinOnce?: boolean;
	readonly AttachStdin?: boolean;
	readonly AttachStdout?: boolean;
	readonly AttachStderr?: boolean;
	readonly StopSignal?: string;
	readonly StopTimeout?: number;
	readonly [more: string]: unknown;
}

export interface CreateBody extends ContainerConfig {
	readonly HostConfig?: HostConfig | null;
	readonly NetworkingConfig?: {
		readonly EndpointsConfig?: Readonly<Record<string, EndpointSettings | null>> | null;
	} | null;
}

export interface ExecBody {
	readonly AttachStdin?: boolean;
	readonly AttachStdout?: boolean;
	readonly AttachStderr?: boolean;
	readonly Cmd?: readonly string[] | null;
	readonly Env?: readonly string[] | null;
	readonly Privileged?: boolean;
	readonly Tty?: boolean;
	readonly User?: string;
	readonly WorkingDir?: string;
	readonly DetachKeys?: string;
}

/** A command as a list. */
export function wordsOf(words: Words | undefined): readonly string[] {
	return typeof words === 'string' ? [words] : (words ?? []);
}
