// Who a tablet is: "<device>:<key>", as the admin shows it once: in a QR code, and as a line below it.
const WHOLE = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\S+)$/i;

export function credentialsIn(text) {
  const found = WHOLE.exec(text.trim());
  return found ? { id: found[1].toLowerCase(), key: found[2] } : null;
}
