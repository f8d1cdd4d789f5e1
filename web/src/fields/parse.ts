import type { Cell, Field } from '@/api/types';
import type { FieldContext } from './context';
import { fold, optionsOf } from './options';

const SEPARATORS = /[,，、;；|\n]/;

/**
 * What is sent to the server for a typed text. Only names are turned into keys here (a choice by its label or a
 * synonym, a person by name); everything else goes as raw text, because the server has the one implementation of parsing.
 */
export function parseInput(field: Field, text: string, context: FieldContext): Cell {
  if (text.trim() === '') return null;
  switch (field.kind) {
    case 'choice':
    case 'person':
      return keyOf(field, text, context) ?? text;
    case 'choices':
      return splitList(text).map((part) => String(keyOf(field, part, context) ?? part));
    case 'tags':
      return splitList(text);
    default:
      return text;
  }
}

/** The parts of a list as people type it, each once. */
export function splitList(text: string): string[] {
  const parts = text.split(SEPARATORS).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

/** The key or id that a typed name stands for; a label wins over another option's synonym. */
function keyOf(field: Field, text: string, context: FieldContext): string | number | undefined {
  const wanted = fold(text);
  const options = optionsOf(field, context);
  const named = options.find((option) => fold(option.label) === wanted || option.value === text.trim());
  return (named ?? options.find((option) => option.synonyms?.some((word) => fold(word) === wanted)))?.value;
}
