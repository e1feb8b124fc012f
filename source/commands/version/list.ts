import {UsageProblem} from '../../cluster/problem.ts';
import {defineCommand} from '../command.ts';
import {structuredText} from '../output/structured.ts';
import {chooseTags} from './choose-tags.ts';
import {type Component, components, listTags} from './registry-tags.ts';

const subject = 'k3dui version list';
const names = Object.keys(components);

export const command = defineCommand({
	operands: 'COMPONENT',
	takes: {min: 1, max: 1},
	completes: [names],
	description:
		`COMPONENT is ${names.join(', ')}: the versions that there are images of are asked of the live\n` +
		'registries. By default pre-releases and images for one architecture are left out, and the newest comes first.',
	examples: [
		['version list k3s --limit 5', 'the five newest versions of k3s'],
		["version list k3s -i 'v1\\.33\\.' -o repo", 'all of one minor version, as images for --image'],
	],
	flags: {
		include: {
			type: 'string',
			short: 'i',
			default: '.*',
			placeholder: 'REGEXP',
			description: 'only tags that match (default: all)',
		},
		exclude: {
			type: 'string',
			short: 'e',
			default: '.+(rc|engine|alpha|beta|dev|test|arm|arm64|amd64|s390x).*',
			placeholder: 'REGEXP',
			description: 'no tags that match (default: pre-releases, single architectures)',
		},
		limit: {type: 'number', short: 'l', default: 0, description: 'at most N tags (default: 0, all of them)'},
		output: {
			type: 'string',
			short: 'o',
			default: 'raw',
			choices: ['raw', 'repo', 'json'],
			placeholder: 'raw|repo|json',
			description: 'tags, whole image names, or tags for programs (default: raw)',
		},
		sort: {
			type: 'string',
			short: 's',
			default: 'desc',
			choices: ['desc', 'asc', 'off'],
			placeholder: 'desc|asc|off',
			description: 'newest first, oldest first, or as the registry has them (default: desc)',
		},
		format: {
			type: 'string',
			short: 'f',
			default: 'raw',
			choices: ['raw', 'repo'],
			placeholder: 'raw|repo',
			description: "k3d's old name of --output",
		},
	},
	async run({context, flags, given, operands: [name = '']}) {
		if (!isComponent(name)) {
			throw new UsageProblem(
				subject,
				`there is no component ${JSON.stringify(name)}`,
				`There are: ${names.join(', ')}.`,
			);
		}
		if (given.has('format') && given.has('output')) {
			throw new UsageProblem(subject, '--format is the old name of --output; give one of them');
		}
		const output = given.has('format') ? flags.format : flags.output;
		const choice = {
			include: pattern('include', flags.include),
			exclude: flags.exclude === '' ? undefined : pattern('exclude', flags.exclude),
			sort: flags.sort,
			limit: flags.limit,
		};
		const tags = await chooseTags(await listTags(name, context), choice);
		const text =
			output === 'json'
				? await structuredText(tags, 'json')
				: tags.map(tag => `${output === 'repo' ? `${components[name].image}:` : ''}${tag}\n`).join('');
		await context.stdout.write(text);
	},
});

function isComponent(name: string): name is Component {
	return Object.hasOwn(components, name);
}

function pattern(flag: string, text: string): RegExp {
	try {
		return new RegExp(text);
	} catch (error) {
		throw new UsageProblem(subject, `--${flag} is no regular expression: ${(error as Error).message}`);
	}
}
