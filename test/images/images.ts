import type Docker from 'dockerode';
import {ensureImage} from './image.ts';
import {k3sBaseImage, k3sImage} from './k3s.ts';
import {proxyImage} from './proxy.ts';
import {registryImage} from './registry.ts';
import {toolsImage} from './tools.ts';

/** References of the images that end-to-end tests make clusters of. */
export type TestImages = {k3s: string; proxy: string; tools: string; registry: string};

/** Which images to use instead of the stand-ins; for those nothing is built. */
const overrides = {
	k3s: 'K3DUI_TEST_K3S_IMAGE',
	proxy: 'K3DUI_TEST_PROXY_IMAGE',
	tools: 'K3DUI_TEST_TOOLS_IMAGE',
	registry: 'K3DUI_TEST_REGISTRY_IMAGE',
} as const satisfies Record<keyof TestImages, string>;

const builders: Record<keyof TestImages, (docker: Docker) => Promise<string>> = {
	k3s: async docker => ensureImage(docker, await k3sImage(await ensureImage(docker, k3sBaseImage()))),
	proxy: docker => ensureImage(docker, proxyImage()),
	tools: docker => ensureImage(docker, toolsImage()),
	registry: docker => ensureImage(docker, registryImage()),
};

/**
 * The reference of one test image, built in the engine if it is not there.
 *
 * @throws saying what is missing, when it cannot be built.
 */
export async function testImage(docker: Docker, name: keyof TestImages, environment = process.env): Promise<string> {
	const override = environment[overrides[name]];
	return override || builders[name](docker);
}

/** The references of all four, built in the engine where they are not there. */
export async function testImages(docker: Docker, environment = process.env): Promise<TestImages> {
	return {
		proxy: await testImage(docker, 'proxy', environment),
		registry: await testImage(docker, 'registry', environment),
		tools: await testImage(docker, 'tools', environment),
		k3s: await testImage(docker, 'k3s', environment),
	};
}
