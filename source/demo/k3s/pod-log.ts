import type {PodObject} from './objects.ts';

/** A line of a container's log and when it was written. */
export interface LogLine {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly text: string;
}

/** How a container of some image talks: what it says on start, and what it repeats how often. */
interface Voice {
	readonly opening: readonly string[];
	/** Milliseconds between repeated lines. */
	readonly every: number;
	repeated(index: number, pod: PodObject): string;
}

const queries = ['kubernetes.default.svc', 'metrics-server.kube-system.svc', 'traefik.kube-system.svc'];

const coredns: Voice = {
	opening: [
		'.:53',
		'[INFO] plugin/reload: Running configuration SHA512 = 8aa94104b4dae56b00431f7362ac05b997af2246775de35dc2eb361b0707b2fa7199f9ddfdba27fdef1331b76d09c41700f6cb5d00836dabab7c0df8e651283f',
		'CoreDNS-1.12.3',
		'linux/amd64 (k3dui stand-in)',
		'[INFO] plugin/ready: Still waiting on: "kubernetes"',
	],
	every: 7000,
	repeated: index =>
		`[INFO] 10.42.0.${(index % 7) + 2}:${40000 + ((index * 7919) % 20000)} - ${(index * 271) % 65536} "A IN ${queries[index % queries.length]}.cluster.local. udp 54 false 512" NOERROR qr,aa,rd 106 0.000${100 + ((index * 37) % 800)}s`,
};

const traefik: Voice = {
	opening: [
		'INF Traefik version 3.5.1 built on 2026-07-01T00:00:00Z version=3.5.1',
		'INF Starting provider aggregator *aggregator.ProviderAggregator',
		'INF Starting provider *crd.Provider',
	],
	every: 30_000,
	repeated: () => 'INF Updated ingress status providerName=kubernetes',
};

const metricsServer: Voice = {
	opening: [
		'I serving.go:374] Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)',
		'I secure_serving.go:213] Serving securely on [::]:10250',
	],
	every: 60_000,
	repeated: index => `I server.go:191] "Scraped nodes" cycle=${index}`,
};

const localPath: Voice = {
	opening: [
		'time="0" level=debug msg="Applied config: {\\"nodePathMap\\":[{\\"node\\":\\"DEFAULT_PATH_FOR_NON_LISTED_NODES\\",\\"paths\\":[\\"/var/lib/rancher/k3s/storage\\"]}]}"',
		'I controller.go:811] Starting provisioner controller rancher.io/local-path',
	],
	every: 120_000,
	repeated: () => 'I leaderelection.go:250] renewed lease kube-system/rancher.io-local-path',
};

const shopWeb: Voice = {
	opening: ['shop-web 2.4.1 listening on :8080', 'cart at http://cart:9090'],
	every: 2100,
	repeated: index =>
		`10.42.1.${(index % 5) + 2} "GET /${['', 'items', 'cart', 'items/42'][index % 4]} HTTP/1.1" ${index % 17 === 16 ? 502 : 200} ${400 + ((index * 137) % 9000)}`,
};

const shopMailer: Voice = {
	opening: [
		'shop-mailer 0.9.3',
		'INFO connecting to smtp.shop.svc:25',
		'ERROR dial tcp: lookup smtp.shop.svc: no such host',
		'FATAL giving up: no mail server',
	],
	every: 3_600_000,
	repeated: () => 'FATAL giving up: no mail server',
};

const plain: Voice = {
	opening: [],
	every: 1000,
	repeated: (index, {metadata}) => `${metadata.name} line ${index + 1}`,
};

const voices: readonly [RegExp, Voice][] = [
	[/coredns/, coredns],
	[/traefik/, traefik],
	[/metrics-server/, metricsServer],
	[/local-path-provisioner/, localPath],
	[/shop-web/, shopWeb],
	[/shop-mailer/, shopMailer],
];

const openingPause = 20;

/**
 * What a container says. Lines follow from the time it started, so nothing is stored, and every reader sees the same log.
 */
export class PodLog {
	readonly #voice: Voice;
	readonly #pod: PodObject;
	readonly #start: number;

	/** @param startedAt when the container began, milliseconds since the epoch */
	constructor(pod: PodObject, image: string, startedAt: number) {
		this.#voice = voices.find(([pattern]) => pattern.test(image))?.[1] ?? plain;
		this.#pod = pod;
		this.#start = startedAt;
	}

	/** When line number `index` is written. */
	#timeOf(index: number): number {
		const {opening, every} = this.#voice;
		if (index < opening.length) return this.#start + index * openingPause;
		return this.#start + opening.length * openingPause + (index - opening.length + 1) * every;
	}

	#line(index: number): LogLine {
		const {opening, repeated} = this.#voice;
		return {at: this.#timeOf(index), text: opening[index] ?? repeated(index - opening.length, this.#pod)};
	}

	/** How many lines are written by then. */
	#countBy(time: number): number {
		const {opening, every} = this.#voice;
		const opened = Math.min(opening.length, Math.floor((time - this.#start) / openingPause) + 1);
		const later = Math.floor((time - this.#start - opening.length * openingPause) / every);
		return Math.max(0, opened < opening.length ? opened : opening.length + Math.max(0, later));
	}

	/** The lines written after one time and until another, at most the last `limit` of them. */
	between(after: number, until: number, limit: number): LogLine[] {
		const end = this.#countBy(until);
		const begin = Math.max(this.#countBy(after), end - limit, 0);
		return Array.from({length: Math.max(0, end - begin)}, (_, index) => this.#line(begin + index));
	}

	/** The first line after a time. */
	next(after: number): LogLine {
		return this.#line(this.#countBy(after));
	}
}
