// Who a tablet is: "<device>:<key>", as it stands in the QR code of the admin and as it may be typed.
const WHOLE = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\S+)$/i;

export function credentialsIn(text) {
  const found = WHOLE.exec(text.trim());
  return found ? { id: found[1].toLowerCase(), key: found[2] } : null;
}

// From the two fields of the form; the first may hold the whole.
export function credentialsOf(device, key) {
  const typed = key.trim() ? `${device.trim()}:${key.trim()}` : device;
  return credentialsIn(typed);
}
