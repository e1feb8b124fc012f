import type {Copied} from './hooks/session.ts';

/**
 * Terminals take no more than this many bytes of base64 in one sequence, or nothing at all (xterm: 75,000 of 100,000 bytes
 * decoded; hterm, iTerm2 and kitty take more).
 */
const mostBytes = 100_000;

/**
 * Puts a text into the clipboard of the terminal the person sits at, also through SSH: OSC 52
 * (xterm's ctlseqs, "Manipulate Selection Data"). The terminal does not say whether it did.
 */
export function copyToTerminal(text: string, write: (sequence: string) => void, env: NodeJS.ProcessEnv): Copied {
	const base64 = Buffer.from(text).toString('base64');
	const bytes = Buffer.byteLength(text);
	const size = bytes < 1000 ? `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}` : `${(bytes / 1000).toFixed(1)} kB`;
	if (base64.length > mostBytes) {
		return {isCopied: false, where: `${size} are more than terminals take; save it in a file instead`};
	}
	const sequence = `\x1b]52;c;${base64}\x07`;
	// tmux hands a sequence on when it is wrapped, with every ESC doubled, if its option allow-passthrough is on.
	if (env.TMUX) write(`\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`);
	write(sequence);
	const doubt = env.TMUX
		? 'tmux needs: set -g set-clipboard on'
		: 'if it is not there, the terminal does not allow OSC 52';
	return {isCopied: true, where: `${size} in the clipboard; ${doubt}`};
}
