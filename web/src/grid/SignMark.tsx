import type { ColorIcon } from '@/api/types';
import { SIGNS } from './signs';
import './sign.css';

/** A sign in the size of the text beside it; with a label it says its name. */
export function SignMark({ icon, label }: { icon: ColorIcon; label?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className="kg-rule-sign"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={SIGNS[icon]} />
    </svg>
  );
}
