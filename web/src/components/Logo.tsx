/** The product's mark. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <path
        fill="#0f6cbd"
        d="M16 2 4 6.500v8.800C4 22.600 9.100 28.300 16 30.500c6.900-2.200 12-7.900 12-15.200V6.500z"
      />
      <path
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="m10.500 16 4 4 7.500-8"
      />
    </svg>
  );
}
