// A family's way through the centre, by a client whose every path, field and code comes from the API's schema.
//   node built/walk.js ask <address> <number> <password>
//   node built/walk.js learn <address> <number> <password> <request>
// Prints what it met as one line of JSON; ends with 1 and the reason when an answer isn't what it counted on.

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./generated/schema.js";

type Shapes = components["schemas"];
type Answer<T> = { data?: T; error?: unknown; response: Response };
type Errand = { address: string; number: string; password: string };

function good<T>(answer: Answer<T>): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function only<T>(rows: readonly T[]): T {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) {
    throw new Error(`one row was expected, and not ${rows.length}`);
  }
  return row;
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new Error(otherwise);
  }
}

function isRefusal(error: Shapes["Refusal"] | Shapes["Faults"]): error is Shapes["Refusal"] {
  return typeof error["code"] === "string";
}

async function signedIn({ address, number, password }: Errand): Promise<Client<paths>> {
  const client = createClient<paths>({ baseUrl: address });
  const tokens = good(await client.POST("/auth/jwt/create/", { body: { phone_number1: number, password } }));
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `JWT ${tokens.access}`);
      request.headers.set("Accept-Language", "en");
    },
  });
  return client;
}

async function signUp({ address, number, password }: Errand): Promise<void> {
  const person: Shapes["RegistrationRequest"] = {
    first_name: "منى سعيد",
    last_name: "علي حسن",
    dob: "1990-05-12",
    gender: "female",
    phone_number1: number,
    password,
    re_password: password,
    role: "parent",
  };
  const account = good(await createClient<paths>({ baseUrl: address }).POST("/auth/users/", { body: person }));
  expectThat(account.role === "parent" && !account.is_verified, "somebody new is a parent nobody verified");
}

async function ask(errand: Errand): Promise<object> {
  await signUp(errand);
  const client = await signedIn(errand);
  const child = good(
    await client.POST("/api/v1/children/", { body: { name: "يوسف علي حسن", dob: "2017-03-14", gender: "boy" } }),
  );
  const open = good(await client.GET("/api/v1/courses/", { params: { query: { has_seats: "true", age: 9 } } }));
  const course = only(open.results.filter((one) => one.is_open));
  const place: Shapes["NewRequestRequest"] = { course: course.id, child: child.id, payment_method: "instapay" };
  const key = { header: { "Idempotency-Key": "the-only-time-i-ask" } };
  const asked = good(await client.POST("/api/v1/enrollment-requests/", { params: key, body: place }));
  const again = good(await client.POST("/api/v1/enrollment-requests/", { params: key, body: place }));
  expectThat(asked.status === "pending" && again.id === asked.id, "a repeated request is the same request");
  return { request: asked.id, child: child.id, course: course.id, price: course.price };
}

async function learn(errand: Errand, request: string): Promise<object> {
  const client = await signedIn(errand);
  const path = { params: { path: { id: request } } };
  const decided = good(await client.GET("/api/v1/enrollment-requests/{id}/", path));
  expectThat(decided.status === "accepted", `the request is ${decided.status}`);
  const place = only(good(await client.GET("/api/v1/enrollments/", { params: { query: { status: "active" } } })).results);
  const query = { child: place.child?.id ?? "", page_size: 100 };
  const lectures = good(await client.GET("/api/v1/lectures/", { params: { query } })).results;
  expectThat(lectures.length === place.progress.lectures, "the timetable has the place's lectures");
  const rating = await rate(client, place.course.id, lectures[0]?.instructor?.id ?? "");
  return { place: place.id, balance: place.balance, lectures: lectures.length, rating };
}

async function rate(client: Client<paths>, course: string, instructor: string): Promise<string> {
  const body: Shapes["RateShapeRequest"] = { course, instructor, rating: "9.50", feedback: "يشرح بصبر" };
  const given = good(await client.POST("/api/v1/ratings/", { body }));
  const twice = await client.POST("/api/v1/ratings/", { body });
  expectThat(
    twice.error !== undefined && isRefusal(twice.error) && twice.error.code === "rated_already",
    "one rates once",
  );
  const changed = good(await client.PATCH("/api/v1/ratings/", { body: { course, instructor, rating: "10.00" } }));
  expectThat(given.rating === "9.50" && changed.feedback === given.feedback, "what isn't named stays");
  return only(good(await client.GET("/api/v1/ratings/")).results).rating;
}

const [errand, address = "", number = "", password = "", request = ""] = process.argv.slice(2);
const walks: Record<string, () => Promise<object>> = {
  ask: () => ask({ address, number, password }),
  learn: () => learn({ address, number, password }, request),
};
const walk = walks[errand ?? ""];
expectThat(walk !== undefined, "node walk.js ask|learn <address> <number> <password> [<request>]");
if (walk) {
  console.log(JSON.stringify(await walk()));
}
