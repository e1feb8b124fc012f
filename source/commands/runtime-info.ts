import {answer} from '../engine/answer.ts';
import {defineCommand} from './command.ts';
import {outputFlag} from './input/flags.ts';
import {structuredText} from './output/structured.ts';

/** As much of the engine's information as is told. */
interface Info {
	readonly Architecture?: string;
	readonly CgroupDriver?: string;
	readonly CgroupVersion?: string;
	readonly DriverStatus?: readonly (readonly [string, string])[] | null;
	readonly Name?: string;
	readonly OperatingSystem?: string;
	readonly OSType?: string;
	readonly ServerVersion?: string;
}

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	description: 'What the Docker Engine says of itself, as far as it matters for clusters, with the keys of k3d.',
	examples: [
		['runtime-info', 'as YAML'],
		['runtime-info -o json', 'as JSON'],
	],
	flags: {output: outputFlag},
	async run({context, flags, engine}) {
		const opened = await engine();
		const info = (await answer(opened, 'engine', () => opened.docker.info())) as Info;
		const {connection, url} = opened.endpoint;
		const backing = info.DriverStatus?.find(([key]) => key === 'Backing Filesystem');
		const told = {
			arch: info.Architecture ?? '',
			cgroupdriver: info.CgroupDriver ?? '',
			cgroupversion: info.CgroupVersion ?? '',
			endpoint: connection.kind === 'unix' ? connection.socketPath : url,
			filesystem: backing?.[1] ?? 'UNKNOWN',
			infoname: info.Name ?? '',
			name: 'docker',
			os: info.OperatingSystem ?? '',
			ostype: info.OSType ?? '',
			version: info.ServerVersion ?? '',
		};
		await context.stdout.write(await structuredText(told, flags.output ?? 'yaml'));
	},
});
