/** Whether an address is that of the machine that opens it: nobody else comes here by it. */
export const isThisMachine = (address: string): boolean =>
  /^(https?:\/\/)?(localhost|127\.|\[::1\])/.test(address);
