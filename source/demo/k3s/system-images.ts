import {createHash} from 'node:crypto';
import type {StoredImage} from './images.ts';

function image(name: string, size: number): StoredImage {
	return {name, digest: `sha256:${createHash('sha256').update(name).digest('hex')}`, size};
}

/** The images k3s' own workloads use; the versions are those of k3s v1.3x, only the names matter here. */
export const imageOf = {
	coredns: 'rancher/mirrored-coredns-coredns:1.12.3',
	localPath: 'rancher/local-path-provisioner:v0.0.32',
	metricsServer: 'rancher/mirrored-metrics-server:v0.8.0',
	traefik: 'rancher/mirrored-library-traefik:3.5.1',
	klipperLb: 'rancher/klipper-lb:v0.4.13',
} as const;

/** What every node has from the start, as a k3s image brings them along. */
export const systemImages: readonly StoredImage[] = [
	image(`docker.io/${imageOf.coredns}`, 31_235_668),
	image(`docker.io/${imageOf.metricsServer}`, 30_405_931),
	image(`docker.io/${imageOf.localPath}`, 26_919_332),
	image(`docker.io/${imageOf.traefik}`, 57_371_923),
	image(`docker.io/${imageOf.klipperLb}`, 4_785_174),
	image('docker.io/rancher/mirrored-pause:3.6', 301_463),
];
