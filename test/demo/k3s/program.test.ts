import {createHash, randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import {afterAll, afterEach, describe, expect, it} from 'vitest';
import {cleanUp, Kubectl, kubectlPath, NodeProcess} from './node-process.ts';

const nodes: NodeProcess[] = [];
async function started(...definition: ConstructorParameters<typeof NodeProcess>): Promise<NodeProcess> {
	const node = await new NodeProcess(...definition).start();
	nodes.push(node);
	return node;
}

afterEach(() => Promise.all(nodes.splice(0).map(node => node.stop('SIGKILL'))));
afterAll(cleanUp);

/** Images and contents as `ctr` 1.6.20 of containerd has them after the same archive; compared with the real one by hand. */
const manifestOf = (config: string, layer: string) =>
	JSON.stringify({
		schemaVersion: 2,
		mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
		config: {mediaType: 'application/vnd.docker.container.image.v1+json', digest: sha256(config), size: config.length},
		layers: [{mediaType: 'application/vnd.docker.image.rootfs.diff.tar', digest: sha256(layer), size: layer.length}],
	});
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A docker-archive as `docker save` writes it. */
async function archive(tag: string): Promise<Buffer> {
	const tar = pack();
	tar.entry({name: 'config.json'}, '{"architecture":"amd64","os":"linux"}');
	tar.entry({name: 'layer.tar'}, 'a layer');
	tar.entry({name: 'manifest.json'}, JSON.stringify([{Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar']}]));
	tar.finalize();
	const chunks: Uint8Array[] = [];
	for await (const chunk of tar) chunks.push(chunk as Uint8Array);
	return Buffer.concat(chunks);
}

describe('the program', () => {
	it('says honestly what it is', async () => {
		const node = new NodeProcess('k3s', ['server']);
		expect((await node.run(['--version'])).stdout).toMatch(
			/^k3s version v1\.36\.4\+k3s1 \(k3dui's stand-in for k3s: not k3s/,
		);
	});

	it('dies of flags that k3s does not have', async () => {
		const node = await started('flags', ['server', '--no-such-flag']);
		expect(await node.exited()).toBe(1);
		expect(node.log).toContain('flag provided but not defined: -no-such-flag');
	});

	it('logs what k3d waits for, in its order, and ends at once with exit code 1', async () => {
		const node = await started('order', ['server', '--tls-san', '0.0.0.0', '--disable', 'traefik']);
		await node.line(/Cluster dns configmap/);
		const places = [
			'Starting k3s',
			'Running kube-apiserver',
			'Containerd is now running',
			'k3s is up and running',
			'Cluster dns configmap',
		].map(text => node.log.indexOf(text));
		expect(places).toEqual([...places].sort((a, b) => a - b));
		expect(places[0]).toBeGreaterThanOrEqual(0);
		expect(node.log.split('\n')[0]).toContain("k3dui's stand-in");
		const before = performance.now();
		expect(await node.stop()).toBe(1);
		expect(performance.now() - before).toBeLessThan(4000);
	});

	it('checks the token of agents, which keep asking, and of servers, which give up', async () => {
		const server = await started('gate', ['server', '--cluster-init']);
		await server.line(/k3s is up and running/);
		const agent = await started('stranger', ['agent'], {K3S_URL: server.url, K3S_TOKEN: 'wrong'});
		await agent.line(
			/Waiting to retrieve agent configuration; server is not ready: .*serving-kubelet\.crt: 401 Unauthorized/,
		);
		await server.line(/invalid username\/password combination/);
		const second = await started('intruder', ['server'], {K3S_URL: server.url, K3S_TOKEN: 'wrong'});
		expect(await second.exited()).toBe(1);
		expect(second.log).toMatch(
			/level=fatal msg="starting kubernetes: preparing server: .*server-bootstrap: 401 Unauthorized"/,
		);
		const hashed = await started('careful', ['agent'], {
			K3S_URL: server.url,
			K3S_TOKEN: `K10${'0'.repeat(64)}::server:secret`,
		});
		await hashed.line(/token CA hash does not match the Cluster CA certificate hash/);
	});

	it('keeps an agent waiting for a server that is not there yet', async () => {
		const server = new NodeProcess('late', ['server']);
		nodes.push(server);
		const agent = await started('early', ['agent'], {K3S_URL: server.url});
		await agent.line(/Failed to validate connection to cluster at .*failed to get CA certs.*ECONNREFUSED/);
		await server.start();
		await agent.line(/Successfully registered node/);
	});

	it('does not let a server join one with SQLite', async () => {
		const server = await started('single', ['server']);
		await server.line(/k3s is up and running/);
		const second = await started('second', ['server'], {K3S_URL: server.url});
		expect(await second.exited()).toBe(1);
		expect(second.log).toMatch(/level=fatal .*server-bootstrap: 400/);
	});

	it.skipIf(!kubectlPath)('keeps its state over stop, kill and start', async () => {
		const server = await started('keeper', ['server', '--disable=traefik,metrics-server']);
		await server.line(/Successfully registered node/);
		const kubectl = new Kubectl(server.kubeconfig);
		const before = readFileSync(server.kubeconfig, 'utf8');
		await kubectl.ok('apply', '-f', 'test/demo/k3s/config-map.yaml');
		const uid = await kubectl.ok('get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.uid}');
		await server.stop();
		await server.start();
		await server.line(/Successfully registered node/);
		expect(server.log).toContain('Node was previously registered');
		expect(readFileSync(server.kubeconfig, 'utf8')).toBe(before);
		expect(await kubectl.ok('get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.uid}')).toBe(uid);
		await server.stop('SIGKILL');
		await server.start();
		await server.line(/Successfully registered node/);
		expect(await kubectl.ok('get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}')).toBe('1');
		expect(await kubectl.ok('get', 'deployments', '-A', '-o', 'name')).not.toContain('traefik');
	});

	it.skipIf(!kubectlPath)('applies manifests anew when a file of theirs changes, as k3d edits CoreDNS', async () => {
		const server = await started('addons', ['server']);
		await server.line(/Successfully registered node/);
		const kubectl = new Kubectl(server.kubeconfig);
		const path = join(server.root, 'var/lib/rancher/k3s/server/manifests/coredns.yaml');
		const text = readFileSync(path, 'utf8');
		expect(text).toContain('kind: ConfigMap');
		const hosts = '10.9.8.7 db.test\\n172.18.0.1 host.k3d.internal\\n';
		writeFileSync(path, text.replace('\ndata:\n', `\ndata:\n  NodeHosts: "${hosts}"\n`));
		const watch = kubectl.spawn(
			'get',
			'configmap',
			'-n',
			'kube-system',
			'coredns',
			'-w',
			'-o',
			'jsonpath={.data.NodeHosts}{"---"}',
		);
		expect(await watch.until(/host\.k3d\.internal\n\S+ addons/)).toContain('10.9.8.7 db.test');
		watch.stop();
	});

	it.skipIf(!kubectlPath)('imports images, which its node then lists', async () => {
		const server = await started('images', ['server']);
		await server.line(/Successfully registered node/);
		const kubectl = new Kubectl(server.kubeconfig);
		const watch = kubectl.spawn('get', 'node', 'images', '-w', '-o', 'jsonpath={.status.images[*].names}{"---"}');
		const imported = await server.run(['ctr', 'image', 'import', '--all-platforms', '-'], await archive('myapp:1'));
		expect(imported.stdout).toMatch(/^unpacking docker\.io\/library\/myapp:1 \(sha256:[0-9a-f]{64}\)\.\.\.done\n$/);
		expect(imported.status).toBe(0);
		await watch.until(/docker\.io\/library\/myapp:1/);
		watch.stop();
		const file = join(server.root, 'saved.tar');
		writeFileSync(file, await archive('registry.test:5000/other:2'));
		expect((await server.run(['ctr', '-n', 'k8s.io', 'images', 'import', file])).stdout).toContain(
			'registry.test:5000/other:2',
		);
		expect((await server.run(['ctr', 'images', 'ls', '-q'])).stdout.split('\n')).toContain('docker.io/library/myapp:1');
		expect((await server.run(['crictl', 'images'])).stdout).toMatch(/registry\.test:5000\/other\s+2\s/);
		const bad = await server.run(['ctr', 'images', 'import', '-'], Buffer.from('this is no tar'));
		expect(bad.status).toBe(1);
		expect(bad.stderr).toContain('ctr: ');
	});

	it('has of an image what containerd has: check, contents, export to another node, removal', async () => {
		const [one, two] = [new NodeProcess('giver', ['agent']), new NodeProcess('taker', ['agent'])];
		const ctr = (node: NodeProcess, args: readonly string[], input?: Buffer) =>
			node.run(['ctr', '-n', 'k8s.io', ...args], input);
		await ctr(one, ['images', 'import', '-'], await archive('app:1'));
		const manifest = manifestOf('{"architecture":"amd64","os":"linux"}', 'a layer');
		const name = 'docker.io/library/app:1';
		const checked = await ctr(one, ['images', 'check', `name==${name}`]);
		expect(checked.stdout.split('\n')[0]).toMatch(/^REF +TYPE +DIGEST +STATUS +SIZE +UNPACKED$/);
		expect(checked.stdout).toContain(` ${sha256(manifest)} complete (2/2) 44.0 B/44.0 B true\n`);
		expect((await ctr(one, ['content', 'get', sha256(manifest)])).stdout).toBe(manifest);
		expect(await ctr(one, ['content', 'get', sha256('nothing')])).toMatchObject({
			status: 1,
			stderr: `ctr: content digest ${sha256('nothing')}: not found\n`,
		});

		const exported = await ctr(one, ['images', 'export', '-', name]);
		expect(exported.status).toBe(0);
		await ctr(two, ['images', 'import', '-'], Buffer.from(exported.stdout, 'latin1'));
		expect((await ctr(two, ['images', 'check', `name==${name}`])).stdout).toContain(sha256(manifest));

		expect((await ctr(one, ['images', 'rm', name])).stdout).toBe(`${name}\n`);
		expect((await ctr(one, ['images', 'ls', '-q'])).stdout).not.toContain(name);
		expect(await ctr(one, ['images', 'export', '-', name])).toMatchObject({
			status: 1,
			stderr: `ctr: image "${name}": not found\n`,
		});
	});

	it('takes no part of an archive for the whole, and no compressed one', async () => {
		const node = new NodeProcess('part', ['agent']);
		const whole = await archive('app:1');
		for (const [input, said] of [
			[whole.subarray(0, 1100), 'unexpected EOF'],
			[gzipSync(randomBytes(2000)), 'archive/tar: invalid tar header'],
			[Buffer.alloc(0), 'unrecognized image format'],
		] as const) {
			expect(await node.run(['ctr', 'images', 'import', '-'], input)).toMatchObject({
				status: 1,
				stderr: `ctr: ${said}\n`,
			});
		}
		expect((await node.run(['ctr', 'images', 'ls', '-q'])).stdout).not.toContain('app');
	});
});
