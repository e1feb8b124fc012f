import {expect, test} from 'vitest';
import {createForm, freeName, parsePorts} from '../../source/hooks/create-form.ts';

test('the offered name is k3d’s default, then dev with a number', () => {
	expect(freeName(new Set())).toBe('k3s-default');
	expect(freeName(new Set(['k3s-default']))).toBe('dev');
	expect(freeName(new Set(['k3s-default', 'dev', 'dev-3']))).toBe('dev-2');
});

test('ports are separated by spaces, with or without a comma; a comma inside belongs to a filter', () => {
	expect(parsePorts('')).toEqual([]);
	expect(parsePorts(' 8080:80@loadbalancer, 443  53:53/udp@agent:0,1 ')).toEqual([
		{value: '8080:80', filters: ['loadbalancer']},
		{value: '443', filters: []},
		{value: '53:53/udp', filters: ['agent:0,1']},
	]);
	expect(() => parsePorts('80:80 80:x')).toThrow('"x" is no port');
});

test('every image is offered once', () => {
	const {images} = createForm({
		taken: new Set(),
		images: ['a/k3s:1', 'a/k3s:1', 'docker.io/rancher/k3s:v1.36.4-k3s1'],
	});
	expect(images).toEqual(['docker.io/rancher/k3s:v1.36.4-k3s1', 'a/k3s:1']);
});
