/* SPDX-License-Identifier: Apache-2.0
 *
 * A contract that calls each function of the host's as its caller says, without an
 * SDK. build.sh makes probe.wasm of it.
 */
#define IMPORT(name) __attribute__((import_module("bsn"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name))) void call_##name(void)

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

IMPORT(arg) int arg(u32 index, const char *name, u32 len);
IMPORT(arg_count) u32 arg_count(void);
IMPORT(take) void take(void *to);
IMPORT(register_len) u32 register_len(void);
IMPORT(caller) u32 caller(void);
IMPORT(origin) u32 origin(void);
IMPORT(self) u32 self(void);
IMPORT(function) u32 function(void);
IMPORT(state_get) int state_get(const void *key, u32 len);
IMPORT(state_put) void state_put(const void *key, u32 n, const void *v, u32 m);
IMPORT(state_del) void state_del(const void *key, u32 len);
IMPORT(iter) u32 iter(const void *from, u32 n, const void *to, u32 m);
IMPORT(iter_next) int iter_next(u32 handle);
IMPORT(iter_value) int iter_value(u32 handle);
IMPORT(emit) void emit(const void *name, u32 n, const void *data, u32 m);
IMPORT(call) int call(const void *contract, u32 n, const void *function, u32 m,
		      const void *args, u32 len);
IMPORT(result) void result(const void *bytes, u32 len);
IMPORT(revert) void revert(const void *bytes, u32 len);
IMPORT(hash) void hash(u32 alg, const void *bytes, u32 len, void *digest);
IMPORT(verify) int verify(u32 alg, const void *key, u32 n, const void *message,
			  u32 m, const void *signature, u32 len);
IMPORT(log) void log_line(const void *text, u32 len);
IMPORT(block_number) u64 block_number(void);
IMPORT(block_time) u64 block_time(void);

static char text[8][4096];
static u32 lens[8];
static char out[65536];
static u32 out_len;

/* An argument by its place, into text[place]. */
static char *
get_arg(u32 place)
{
	const int len = arg(place, "", 0);

	lens[place] = len < 0 ? 0 : (u32)len;
	if (len > 0)
		take(text[place]);
	return text[place];
}

static void
append(u32 len)
{
	take(out + out_len);
	out_len += len;
}

static void
append_char(char c)
{
	out[out_len++] = c;
}

EXPORT(initialize)
{
	state_put("owner", 5, text[0], (caller(), take(text[0]),
					register_len()));
	get_arg(1);
	if (get_arg(0) && lens[0] > 0)
		state_put("first", 5, text[0], lens[0]);
	if (lens[1] > 0)
		revert(text[1], lens[1]);
}

EXPORT(upgrade)
{
	state_put("upgraded", 8, "yes", 3);
}

EXPORT(set)
{
	get_arg(0);
	get_arg(1);
	state_put(text[0], lens[0], text[1], lens[1]);
}

EXPORT(get)
{
	int len;

	get_arg(0);
	len = state_get(text[0], lens[0]);
	if (len < 0) {
		result("none", 4);
		return;
	}
	append((u32)len);
	result(out, out_len);
}

EXPORT(del)
{
	get_arg(0);
	state_del(text[0], lens[0]);
}

/* The value of the argument "name", or of the second without a name. */
EXPORT(named)
{
	const int len = arg(1, "name", 4);

	if (len < 0) {
		result("none", 4);
		return;
	}
	append((u32)len);
	append_char('0' + (char)arg_count());
	result(out, out_len);
}

EXPORT(who)
{
	append(caller());
	append_char('|');
	append(origin());
	append_char('|');
	append(self());
	append_char('|');
	append(function());
	result(out, out_len);
}

EXPORT(when)
{
	u64 times[2] = { block_number(), block_time() };

	result(times, sizeof(times));
}

static void
walk(u32 handle)
{
	int len;

	while ((len = iter_next(handle)) >= 0) {
		append((u32)len);
		append_char('=');
		append((u32)iter_value(handle));
		append_char(';');
	}
	result(out, out_len);
}

EXPORT(range)
{
	get_arg(0);
	get_arg(1);
	walk(iter(text[0], lens[0], text[1], lens[1]));
}

/* What was written before is seen, what is written behind is not. */
EXPORT(snapshot)
{
	u32 handle;

	state_put("b", 1, "before", 6);
	state_del("c", 1);
	handle = iter("", 0, "", 0);
	state_put("d", 1, "behind", 6);
	state_del("a", 1);
	walk(handle);
}

EXPORT(iterators)
{
	for (u32 i = 0; i < 17; i++)
		iter("", 0, "", 0);
}

EXPORT(no_iterator)
{
	iter_next(3);
}

EXPORT(no_entry)
{
	iter_value(iter("", 0, "", 0));
}

EXPORT(emit)
{
	get_arg(0);
	get_arg(1);
	emit(text[0], lens[0], text[1], lens[1]);
}

/* contract, function, encoded arguments. Gives the status as a digit or two, and
 * what came of it; changes a value before and behind. */
static void
forward(int must)
{
	int status;

	get_arg(0);
	get_arg(1);
	get_arg(2);
	state_put("before", 6, "1", 1);
	emit("before", 6, "", 0);
	status = call(text[0], lens[0], text[1], lens[1], text[2], lens[2]);
	emit("behind", 6, "", 0);
	if (status >= 10)
		append_char('0' + (char)(status / 10));
	append_char('0' + (char)(status % 10));
	append_char(':');
	append(register_len());
	if (status != 0 && must)
		revert(out, out_len);
	result(out, out_len);
}

EXPORT(forward)
{
	forward(0);
}

EXPORT(forward_must)
{
	forward(1);
}

/* Calls itself anew until it cannot, and counts. */
EXPORT(nest)
{
	char depth = 0;
	int status;

	self();
	take(text[0]);
	lens[0] = register_len();
	if (state_get("depth", 5) > 0)
		take(&depth);
	depth++;
	state_put("depth", 5, &depth, 1);
	status = call(text[0], lens[0], "nest", 4, "", 0);
	if (status == 0) {
		append(register_len());
	} else {
		append_char('0' + depth / 10);
		append_char('0' + depth % 10);
		append_char(':');
		append(register_len());
	}
	result(out, out_len);
}

EXPORT(set_and_trap)
{
	state_put("trapped", 7, "1", 1);
	emit("trapped", 7, "", 0);
	__builtin_trap();
}

EXPORT(third_and_trap)
{
	call("third", 5, "longest_key", 11, "", 0);
	__builtin_trap();
}

EXPORT(set_and_revert)
{
	state_put("reverted", 8, "1", 1);
	emit("reverted", 8, "", 0);
	get_arg(0);
	revert(text[0], lens[0]);
}

EXPORT(loop)
{
	for (volatile u32 i = 0;; i++)
		;
}

EXPORT(fill)
{
	static char value[65536];

	for (u32 i = 0;; i++)
		state_put(&i, sizeof(i), value, sizeof(value));
}

EXPORT(emit_forever)
{
	for (;;)
		emit("again", 5, "", 0);
}

EXPORT(grow)
{
	u32 pages = 0;

	while (__builtin_wasm_memory_grow(0, 1) != (unsigned long)-1)
		pages++;
	result(&pages, sizeof(pages));
}

EXPORT(hash)
{
	get_arg(0);
	get_arg(1);
	hash((u32)(text[0][0] - '0'), text[1], lens[1], out);
	result(out, 32);
}

EXPORT(verify)
{
	for (u32 i = 0; i < 4; i++)
		get_arg(i);
	out[0] = '0' + (char)verify((u32)(text[0][0] - '0'), text[1], lens[1],
				    text[2], lens[2], text[3], lens[3]);
	result(out, 1);
}

EXPORT(log)
{
	get_arg(0);
	log_line(text[0], lens[0]);
}

/* ---- outside of memory ---- */

#define FAR ((void *)0xffff0000u)

EXPORT(far_arg) { arg(0, FAR, 4); }
EXPORT(far_take) { self(); take(FAR); }
EXPORT(far_get) { state_get(FAR, 4); }
EXPORT(far_put_key) { state_put(FAR, 4, "", 0); }
EXPORT(far_put) { state_put("k", 1, FAR, 4); }
EXPORT(far_del) { state_del(FAR, 4); }
EXPORT(far_iter) { iter("", 0, FAR, 4); }
EXPORT(far_emit) { emit("e", 1, FAR, 4); }
EXPORT(far_emit_name) { emit(FAR, 1, "", 0); }
EXPORT(far_call) { call(FAR, 4, "", 0, "", 0); }
EXPORT(far_call_args) { call("c", 1, "f", 1, FAR, 4); }
EXPORT(far_result) { result(FAR, 4); }
EXPORT(far_revert) { revert(FAR, 4); }
EXPORT(far_hash) { hash(1, FAR, 4, out); }
EXPORT(far_digest) { hash(1, "", 0, FAR); }
EXPORT(far_verify) { verify(1, FAR, 64, "", 0, "", 0); }
EXPORT(far_log) { log_line(FAR, 4); }

/* ---- beyond limits ---- */

EXPORT(empty_key) { state_put("", 0, "", 0); }
EXPORT(long_key) { state_put(out, 97, "", 0); }
EXPORT(longest_key) { state_put(out, 96, "v", 1); }
EXPORT(long_bound) { iter("", 0, out, 97); }
EXPORT(empty_name) { emit("", 0, "", 0); }
EXPORT(long_name) { emit(out, 33, "", 0); }
EXPORT(bad_hash) { hash(4, "", 0, out); }
EXPORT(bad_scheme) { verify(0, "", 0, "", 0, "", 0); }

/* The largest value, and one byte more. */
EXPORT(long_value)
{
	__builtin_wasm_memory_grow(0, 8);
	state_put("k", 1, out, 262144);
	state_put("k", 1, out, 262145);
}

/* Not callable. */
__attribute__((export_name("_hidden"))) void
hidden(void)
{
}

__attribute__((export_name("with_result"))) u32
with_result(void)
{
	return 1;
}
