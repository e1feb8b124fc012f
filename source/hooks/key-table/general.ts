import {quit} from '../actions.ts';
import {askDoctor} from '../doctor.ts';
import {askEngine, lacksEngine} from '../engine-form.ts';
import {askHosts, offersHosts} from '../hosts-form.ts';
import {awaitsLogin, reconnect} from '../login.ts';
import {toggleMouse} from '../mouse.ts';
import {askPalette} from '../palette.ts';
import {show} from '../session.ts';

import type {KeyBinding} from './key-binding.ts';

/** Keys that work everywhere. */
export const general: readonly KeyBinding[] = [
	{
		name: 'retry',
		keys: ['R'],
		label: 'R',
		does: session => (awaitsLogin(session) ? 'log in' : 'retry'),
		help: 'try the broken connection again now; where ssh has a question, the terminal is lent to it',
		group: 'general',
		footer: 0,
		applies: session => session.watch.snapshot().connection.state === 'broken',
		act: reconnect,
	},
	{
		name: 'another-engine',
		keys: ['e'],
		label: 'e',
		does: 'another engine',
		help: 'where no engine answers: use the one at another address',
		group: 'general',
		footer: 1,
		panels: [],
		applies: lacksEngine,
		act: askEngine,
	},
	{
		name: 'built-in-engine',
		keys: ['b'],
		label: 'b',
		does: 'built-in engine',
		help: 'where no engine answers: look around on the built-in one, where nothing is real',
		group: 'general',
		footer: 2,
		panels: [],
		applies: lacksEngine,
		act: session => session.otherEngines?.open({host: undefined, demo: 'small'}),
	},
	{
		name: 'hosts',
		keys: ['H'],
		label: 'H',
		does: 'hosts',
		help: 'the Docker contexts and the hosts in view: go to one, or look at several at once',
		group: 'general',
		footer: session => (session.places.length > 1 ? 25 : undefined),
		refusal: session => (offersHosts(session) ? undefined : 'the built-in engine has no others beside it'),
		act: askHosts,
	},
	{
		name: 'doctor',
		keys: ['!'],
		label: '!',
		does: 'doctor',
		help: 'look for what is wrong with the machine of the Docker Engine and with your settings, and how to mend it',
		group: 'general',
		act: askDoctor,
	},
	{
		name: 'mouse',
		keys: [],
		label: ':',
		does: session => (session.mouse?.isOn() ? 'mouse off' : 'mouse on'),
		help: 'let the mouse scroll panels and choose rows, or leave it to the terminal, which selects text with it',
		group: 'general',
		applies: session => session.mouse !== undefined,
		act: toggleMouse,
	},
	{
		name: 'palette',
		keys: [':'],
		label: ':',
		does: 'all commands',
		help: 'search everything that can be done now, and do it',
		group: 'general',
		footer: 97,
		act: askPalette,
	},
	{
		name: 'help',
		keys: ['?'],
		label: '?',
		does: 'help',
		help: 'this page',
		group: 'general',
		footer: 98,
		act: session => show(session, {kind: 'help', top: 0}),
	},
	{
		name: 'quit',
		keys: ['q', 'ctrl+c'],
		label: 'q',
		does: 'quit',
		help: 'quit; asks when something is under way or forwarded',
		group: 'general',
		footer: 99,
		act: quit,
	},
	{
		name: 'suspend',
		keys: ['ctrl+z'],
		label: 'Ctrl-Z',
		does: 'suspend',
		help: 'back to the shell; fg returns here',
		group: 'general',
		act: session => session.suspend(),
	},
];
