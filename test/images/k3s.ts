import {spawnSync} from 'node:child_process';
import {globSync, realpathSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {locate} from '../../scripts/engine/firewall.ts';
import {baseFiles} from './base.ts';
import {addLibraries, debianPackage} from './debian.ts';
import type {ImageDefinition} from './image.ts';
import {RootFilesystem} from './rootfs.ts';

const source = path.join(import.meta.dirname, 'k3s');
const program = path.resolve(import.meta.dirname, '../../source/demo/k3s/main.ts');

/** What seldom changes of the k3s stand-in: node, kubectl, iptables, shell. A layer of its own, as it is large. */
export function k3sBaseImage(): ImageDefinition {
	const node = nodeBinary();
	const kubectl = kubectlBinary();
	const packages = ['iptables', 'libxtables12', 'libmnl0', 'libnftnl11', 'libip4tc2', 'libip6tc2'].map(debianPackage);
	const [iptables = ''] = packages;
	const variants = ['nft', 'legacy'].map(kind => path.join(iptables, `usr/sbin/xtables-${kind}-multi`));
	const [plugins = ''] = globSync('usr/lib/*/xtables', {cwd: iptables});
	const files = baseFiles().copy(node, '/usr/bin/node').copy(kubectl, '/usr/local/libexec/kubectl');
	for (const variant of variants) {
		files.copy(variant, `/usr/sbin/${path.basename(variant)}`);
	}
	files.copyFolder(path.join(iptables, plugins), `/${plugins}`);
	for (const family of ['iptables', 'ip6tables']) {
		for (const name of [family, `${family}-save`, `${family}-restore`]) {
			files.copy(path.join(source, 'iptables'), `/usr/sbin/${name}`);
		}
	}
	addLibraries(files, [node, ...variants], packages);
	return {
		repository: 'k3dui-test/k3s-base',
		description: "What k3dui's stand-in for k3s is built upon: node, kubectl, iptables, busybox",
		files,
		instructions: [],
	};
}

/**
 * Stand-in for `rancher/k3s`: source/demo/k3s as a program.
 *
 * @param from reference of the base image
 */
export async function k3sImage(from: string): Promise<ImageDefinition> {
	const {build} = await import('esbuild');
	const result = await build({
		entryPoints: [program],
		bundle: true,
		write: false,
		platform: 'node',
		format: 'esm',
		target: 'node26',
		legalComments: 'none',
		// For CommonJS packages in the bundle, which call require().
		banner: {js: "import {createRequire} from 'node:module';const require = createRequire(import.meta.url);"},
	});
	const [bundle] = result.outputFiles;
	const files = new RootFilesystem()
		.copy(path.join(source, 'k3s.mjs'), '/usr/lib/k3s/k3s.mjs')
		.write('/usr/lib/k3s/main.mjs', bundle?.text ?? '');
	for (const name of ['k3s', 'kubectl', 'ctr', 'crictl']) {
		files.link(`/bin/${name}`, '../usr/lib/k3s/k3s.mjs');
	}
	return {
		repository: 'k3dui-test/k3s',
		description: "k3dui's stand-in for rancher/k3s in tests: its seams and its API, but no containers and no kubelet",
		from,
		files,
		// As `docker inspect` shows of the real image.
		instructions: [
			// Compiles the program once, so that no container has to: V8's code is kept beside it.
			'RUN ["/bin/k3s", "--version"]',
			'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/bin/aux',
			'ENV CRI_CONFIG_FILE=/var/lib/rancher/k3s/agent/etc/crictl.yaml',
			'VOLUME ["/var/lib/cni", "/var/lib/kubelet", "/var/lib/rancher/k3s", "/var/log"]',
			'ENTRYPOINT ["/bin/k3s"]',
			'CMD ["agent"]',
		],
	};
}

/** The binary of the `node` npm package, which is what this repository is developed with. */
function nodeBinary(): string {
	const require = createRequire(import.meta.url);
	return path.join(path.dirname(require.resolve('node/package.json')), 'bin/node');
}

/** A kubectl that is one file: this machine's, or Debian's. Google's kubectl only picks one of several beside it. */
function kubectlBinary(): string {
	const found = locate('kubectl');
	if (found === undefined) {
		return path.join(debianPackage('kubernetes-client'), 'usr/bin/kubectl');
	}
	const file = realpathSync(found);
	const {stdout} = spawnSync(file, ['version', '--client'], {encoding: 'utf8'});
	if (!stdout.includes('-dispatcher')) {
		return file;
	}
	const minor = (name: string) => Number(name.split('.').at(-1));
	const versions = globSync(`${file}.1.*`).sort((a, b) => minor(a) - minor(b));
	return versions.at(-1) ?? file;
}
