import packageJson from '../../package.json' with {type: 'json'};
import {defaultK3sImage, k3dVersion} from '../cluster/cluster-spec.ts';
import {versionOf} from '../cluster/inventory.ts';
import {defineCommand} from './command.ts';
import {outputFlag} from './input/flags.ts';
import {structuredText} from './output/structured.ts';

const versions = {
	k3dui: `v${packageJson.version}`,
	/** The release whose objects we make and understand. */
	k3d: k3dVersion,
	k3s: versionOf(defaultK3sImage) ?? defaultK3sImage,
};

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	examples: [
		['version', 'in words'],
		['version -o json', 'for programs'],
	],
	flags: {output: outputFlag},
	async run({context, flags}) {
		const text = flags.output === undefined ? versionText() : await structuredText(versions, flags.output);
		await context.stdout.write(text);
	},
});

/** What `k3dui --version` prints. */
export function versionText(): string {
	return `k3dui version ${versions.k3dui}\nk3s version ${versions.k3s} (default)\nworks with k3d ${versions.k3d}\n`;
}
