// The page's words, in its language, and numbers and hours as the centre writes them.
const kept = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const locale = language === "ar" ? "ar-EG-u-nu-latn" : "en-GB";
const timeZone = "Africa/Cairo";

const hour = new Intl.DateTimeFormat(locale, { timeZone, hour: "numeric", minute: "2-digit", hour12: true });
const day = new Intl.DateTimeFormat(locale, { timeZone, weekday: "long", day: "numeric", month: "long" });

export const say = (part, name, count = 0) => kept[part][name].replace("{count}", count);
export const hourOf = (date) => hour.format(date);
export const dayOf = (date) => day.format(date);
