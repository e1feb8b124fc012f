/** One node as Kubernetes sees it. */
export interface KubernetesNode {
	readonly name: string;
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
