/** One node as Kubernetes sees it. */
export interface KubernetesNode {
	readonly name: string;
	/** The host name of the machine, which k3s notes; undefined where it has not yet. */
	readonly hostname: string | undefined;
	/** When it registered; milliseconds since the epoch, whole seconds. */
	readonly createdAt: number | undefined;
	/** The condition Ready; `unknown` when the kubelet has stopped reporting. */
	readonly ready: 'ready' | 'not ready' | 'unknown';
	/** The condition's reason, when it is not ready. */
	readonly reason: string | undefined;
	readonly schedulable: boolean;
	/** When the kubelet last reported (heartbeat of the condition Ready); milliseconds since the epoch, whole seconds. */
	readonly reportedAt: number | undefined;
	/** The kubelet's version. */
	readonly version: string;
	/** From the labels `node-role.kubernetes.io/…`: `control-plane`, `etcd`. */
	readonly roles: readonly string[];
}
