/** The mark: the bamboo of 簿 over a ledger's rows and columns. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7.5" fill="#2563eb" />
      <g fill="none" stroke="#fff" strokeWidth="2.1" strokeLinecap="round" strokeLinejoin="round">
        <path d="M9.4 5.6 6.6 9.4M8.6 7.3h5M11.2 7.5l.9 2.2M19.6 5.6l-2.8 3.8M18.8 7.3h6M21.6 7.5l.9 2.2" />
        <rect x="7" y="13" width="18" height="13.4" rx="1.8" />
        <path d="M7 17.6h18M13.2 17.6v8.8M7 22h18" />
      </g>
    </svg>
  );
}
