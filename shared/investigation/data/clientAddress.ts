/** The address in OfficeActivity's ClientIP, which may come with a port, in brackets, or as a mapped address. */
export const CLIENT_ADDRESS = `iff(ClientIP has ".", extract(@"(\\d+\\.\\d+\\.\\d+\\.\\d+)", 1, ClientIP), extract(@"^\\[?([^\\]%]*)", 1, ClientIP))`;
