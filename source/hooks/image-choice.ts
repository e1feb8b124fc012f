import {type CreateForm, moveFocus, otherImage} from './create-form.ts';
import type {Key} from './keys.ts';

/** True while the list of images has the keyboard. */
export function choosesImage(form: CreateForm): boolean {
	return form.focus === 'image' && form.image !== otherImage;
}

/** What the list offers: every image, and at its end any other. */
export function imageChoices(form: CreateForm): readonly string[] {
	return [...form.images, otherImage];
}

/** Which of `imageChoices` is marked. */
export function markedChoice(form: CreateForm): number {
	return imageChoices(form).indexOf(form.marksOther ? otherImage : form.image);
}

const steps: Readonly<Record<string, number>> = {up: -1, k: -1, down: 1, j: 1};

/**
 * What a key makes of the list, with the keys of ink-select-input, which could not tell keys apart that arrive
 * together: the arrows or j and k go round and round, Enter takes what is marked, a digit takes the choice of that number.
 */
export function pressImageKey(form: CreateForm, key: Key): CreateForm {
	const choices = imageChoices(form);
	const step = steps[key];
	if (step !== undefined) {
		const image = choices[(markedChoice(form) + step + choices.length) % choices.length] ?? form.image;
		// "other…" is entered with Enter only: its text field would take the arrow keys away.
		return image === otherImage ? {...form, marksOther: true} : {...form, image, marksOther: false};
	}
	const taken =
		key === 'enter' ? choices[markedChoice(form)] : /^[1-9]$/.test(key) ? choices[Number(key) - 1] : undefined;
	if (taken === undefined) return form;
	return taken === otherImage ? {...form, image: otherImage, marksOther: false} : moveFocus({...form, image: taken}, 1);
}
