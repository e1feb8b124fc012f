import {styleText} from 'node:util';
import type {CommandContext, Output} from '../context.ts';

/** The terminal's own colours, so that they are readable on light and dark. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Colours text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;

/**
 * What colours text for an output: nothing where that is no terminal, or where NO_COLOR (https://no-color.org) or k3d's
 * LOG_COLORS=false ask for none. LOG_COLORS=true, with which k3d colours files, does not.
 */
export function painter(output: Output, env: CommandContext['env']): Paint {
	const isColored =
		output.isTTY === true && !env.NO_COLOR && !/^(false|f|0)$/i.test(env.LOG_COLORS ?? '') && env.TERM !== 'dumb';
	return (style, text) => (isColored ? styleText(style, text, {validateStream: false}) : text);
}
