import {UsageProblem} from '../cluster/problem.ts';
import {defineCommand} from './command.ts';
import {completionScripts, type Shell} from './completion/scripts.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell', 'psh'] as const;

export const command = defineCommand({
	operands: 'SHELL',
	takes: {min: 1, max: 1},
	completes: [shells],
	description:
		'SHELL is bash, zsh, fish or powershell (psh). Commands, flags, their values and the names of clusters, nodes,\n' +
		'registries and images are completed. For every new shell, have it read what this prints:\n\n' +
		'  bash         k3dui completion bash > ~/.local/share/bash-completion/completions/k3dui\n' +
		'  zsh          k3dui completion zsh > ~/.zfunc/_k3dui, where ~/.zfunc is in your fpath before compinit\n' +
		'  fish         k3dui completion fish > ~/.config/fish/completions/k3dui.fish\n' +
		'  powershell   k3dui completion powershell >> $PROFILE',
	examples: [
		['completion bash', 'for this shell: source <(k3dui completion bash)'],
		['completion fish', 'for this shell: k3dui completion fish | source'],
	],
	flags: {},
	async run({context, operands: [shell = '']}) {
		if (!isShell(shell)) {
			throw new UsageProblem(
				'k3dui completion',
				`there is no completion for ${JSON.stringify(shell)}`,
				`It knows ${shells.join(', ')}.`,
			);
		}
		await context.stdout.write(completionScripts[shell === 'psh' ? 'powershell' : shell]);
	},
});

function isShell(word: string): word is Shell | 'psh' {
	return shells.some(shell => shell === word);
}
