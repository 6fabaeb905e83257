/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine of the framework "acme", complete and in one file, to be read from
 * top to bottom and then changed into yours:
 *
 *	1  texts         values, names, numbers, arguments
 *	2  contracts     a language: parsing, checking, running
 *	3  transactions  what is signed; encoding
 *	4  the store     keys, batches, records
 *	5  execution     what a transaction does
 *	6  blocks        made, stored, read
 *	7  the tables    chain, tx, contract, status, ledger, block, event
 *	8  the plugin    features, services, the one exported function
 *
 * A chain has one member, which decides alone: each transaction is a block, and
 * is answered once that is on disk. It signs with SM2 and digests with SM3.
 * There is no clock, file, socket, thread or global state in here; what the
 * engine needs it asks of the host (bsn/host.h).
 *
 * In the store, numbers big-endian:
 *	H                     -> the newest block's head
 *	b NUMBER              -> block
 *	h HASH, t TX'S ID     -> NUMBER of the block
 *	c NAME                -> a contract's record
 *	n ORDINAL             -> NAME, contracts in order of deployment
 *	v NAME @ VERSION      -> state, block, code
 *	s ORDINAL KEY         -> what a contract keeps under a key
 */
#include <bsn/bsn.h>
#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>
#include <bsn/helpers/layout.h> /* no code: it is the ABI, or does not compile */

#define PLUGIN_ID "com.example.engine-acme"
#define PLUGIN_VERSION "0.1.0"
#define FRAMEWORK "acme"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

/* Everything that comes from outside has a limit. In bytes, unless said. */
#define HASH_LEN 32u
#define KEY_LEN 64u /* an SM2 public key */
#define SIGNATURE_LEN 64u
#define NONCE_LEN 16u
#define NAME_LEN_MAX 32u /* of contracts, functions, variables, events */
#define VALUE_MAX 256u /* an argument, a variable, what is stored */
#define STATE_KEY_MAX 64u
#define CODE_MAX 16384u
#define ARGS_MAX 8u /* a call's arguments, how many */
#define VERSIONS_MAX 1000u
#define EVENTS_MAX 16u /* of one transaction, how many */
#define TX_MAX (CODE_MAX + ARGS_MAX * (VALUE_MAX + 2u) + 512u)
#define LIST_MAX 100u /* contracts and blocks that one answer covers */

/* The host's services, found once when the plugin is opened. */
static struct {
	const bsn_store *store;
	const bsn_clock *clock;
	const bsn_random *random;
	const bsn_keys *keys;
	const bsn_crypto_by_name *crypto;
	const bsn_events *events;
	const bsn_reply_service *reply;
} host;

/* ==== 1 texts ============================================================= */

/* printf of a slice: "%.*s" takes an int. Only of text without a NUL. */
#define TEXT(slice) (int)(slice).len, (const char *)(slice).data

static const bsn_slice none = { NULL, 0 };

/* A short text of our own. */
typedef struct string {
	uint32_t len;
	uint8_t bytes[VALUE_MAX];
} string;

static bsn_slice
string_slice(const string *from)
{
	return bsn_slice_of(from->bytes, from->len);
}

/* Whether it fitted; a text that it is too long for stays as it was. */
static int
string_set(string *to, bsn_slice from)
{
	if (from.len > VALUE_MAX)
		return 0;
	if (from.len > 0)
		memmove(to->bytes, from.data, (size_t)from.len);
	to->len = (uint32_t)from.len;
	return 1;
}

static int
is_word(bsn_slice bytes, const char *word)
{
	return bsn_slice_equal(bytes, bsn_slice_str(word));
}

/* A name: a letter, then letters, digits, _ and -. */
static int
is_name(bsn_slice name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	for (uint64_t i = 0; i < name.len; i++)
		if (memchr(letters, name.data[i],
			   i == 0 ? 52 : sizeof(letters) - 1) == NULL)
			return 0;
	return name.len > 0 && name.len <= NAME_LEN_MAX;
}

/* A decimal number without leading zeros; nothing is 0. */
static int
is_number(bsn_slice digits, uint64_t *out)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < digits.len; i++) {
		unsigned digit = digits.data[i] - (unsigned)'0';

		if (digit > 9 || (i == 1 && n == 0) ||
		    n > (UINT64_MAX - digit) / 10)
			return 0;
		n = n * 10 + digit;
	}
	*out = n;
	return 1;
}

static int32_t
no_memory(bsn_err *err)
{
	return bsn_fail(err, BSN_E_NOMEM, "memory ran out");
}

/* A call's arguments. */
typedef struct arguments {
	uint32_t n;
	string item[ARGS_MAX];
} arguments;

/* A string or a whole number, as text. */
static void
take_argument(bsn_reader *json, string *out)
{
	bsn_buf bytes = BSN_BUF_INIT;

	bsn_json_space(json);
	if (json->rest.len > 0 && json->rest.data[0] == '"')
		bsn_json_string(json, VALUE_MAX, &bytes);
	else
		bsn_json_digits(json, &bytes);
	json->bad = json->bad || !string_set(out, bsn_buf_slice(&bytes));
	free(bytes.data);
}

static int32_t
read_arguments(bsn_slice json, arguments *out, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(json);

	out->n = 0;
	if (json.len == 0)
		return BSN_OK;
	in.bad = !bsn_json_char(&in, '[');
	if (!bsn_json_char(&in, ']')) {
		do {
			if (out->n == ARGS_MAX)
				in.bad = 1;
			else
				take_argument(&in, &out->item[out->n++]);
		} while (bsn_json_char(&in, ','));
		in.bad = in.bad || !bsn_json_char(&in, ']');
	}
	bsn_json_space(&in);
	if (bsn_taken_all(&in))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"args: give an array of at most %u strings or whole "
			"numbers, each at most %u bytes of UTF-8 without NUL",
			ARGS_MAX, VALUE_MAX);
}

/* There are no options yet, and what is not understood is refused by name. */
static int32_t
check_no_options(bsn_slice json, const char *what, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(json);
	bsn_buf key = BSN_BUF_INIT;
	int ok;

	bsn_json_space(&in);
	ok = in.rest.len == 0;
	if (!ok && bsn_json_char(&in, '{')) {
		ok = bsn_json_char(&in, '}');
		if (!ok)
			bsn_json_string(&in, VALUE_MAX, &key);
	}
	bsn_json_space(&in);
	ok = ok && bsn_taken_all(&in);
	if (!ok && !in.bad && key.len > 0)
		bsn_fail(err, BSN_BAD_REQUEST,
			 "%s: \"%.*s\" is no option of this framework, which "
			 "has none",
			 what, TEXT(bsn_buf_slice(&key)));
	else if (!ok)
		bsn_fail(err, BSN_BAD_REQUEST,
			 "%s: give a JSON object without members, or nothing",
			 what);
	free(key.data);
	return ok ? BSN_OK : BSN_BAD_REQUEST;
}

/* ==== 2 contracts ========================================================= */

/* A contract is text, a line an instruction, its words parted by spaces:
 *
 *	fn NAME PARAMETER...   begins a function
 *	LABEL:                 a place to jump to, within the function
 *	set V A                V = A          caller V   V = the signer's key
 *	add|sub|mul|div|mod V A B             cat V A B  V = A and B joined
 *	get V KEY              what is stored, "" for nothing
 *	put KEY A              stores it      emit NAME A  tells who listens
 *	jump LABEL             jeq A B LABEL, jlt A B LABEL: if A = B, A < B
 *	return A               ends with a result
 *	fail A                 ends without effect, for the reason A
 *
 * V is a variable, A and KEY are variables or literals, "text" or digits. "#"
 * begins a comment. Values are texts; for arithmetic and jlt they are numbers
 * below 2^64. Every instruction is paid from a budget, so each call ends.
 */
#define LINES_MAX 1024u /* instructions of a contract, how many */
#define FUNCTIONS_MAX 32u
#define VARIABLES_MAX 16u /* of a function, its parameters included */
#define LABELS_MAX 128u
#define OPERANDS_MAX 3u
#define WORDS_MAX (ARGS_MAX + 2u)
#define BUDGET 100000u /* of one call, in instructions */
#define STORE_COST 20u /* of an instruction that uses the store */

/* X(symbol, word, operands, cost). Operands: v a variable, a a variable or
 * literal, n a name, l a label. */
#define INSTRUCTIONS(X)                                                        \
	X(SET, "set", "va", 1)                                                 \
	X(ADD, "add", "vaa", 1)                                                \
	X(SUB, "sub", "vaa", 1)                                                \
	X(MUL, "mul", "vaa", 1)                                                \
	X(DIV, "div", "vaa", 1)                                                \
	X(MOD, "mod", "vaa", 1)                                                \
	X(CAT, "cat", "vaa", 1)                                                \
	X(CALLER, "caller", "v", 1)                                            \
	X(GET, "get", "va", STORE_COST)                                        \
	X(PUT, "put", "aa", STORE_COST)                                        \
	X(EMIT, "emit", "na", STORE_COST)                                      \
	X(JUMP, "jump", "l", 1)                                                \
	X(JEQ, "jeq", "aal", 1)                                                \
	X(JLT, "jlt", "aal", 1)                                                \
	X(RETURN, "return", "a", 1)                                            \
	X(FAIL, "fail", "a", 1)

typedef enum {
#define OP(symbol, word, operands, cost) OP_##symbol,
	INSTRUCTIONS(OP)
#undef OP
	OPS
} op;

static const struct {
	const char *name, *operands;
	uint32_t cost;
} ops[OPS] = {
#define OP(symbol, word, operands, cost) { word, operands, cost },
	INSTRUCTIONS(OP)
#undef OP
};

typedef struct operand {
	int is_variable;
	uint32_t slot; /* of a variable */
	bsn_slice text;
} operand;

typedef struct instruction {
	uint32_t op, line; /* lines are counted from 1 */
	uint32_t to; /* of a jump: the instruction that it leads to */
	operand operand[OPERANDS_MAX];
} instruction;

typedef struct function {
	bsn_slice name, variable[VARIABLES_MAX];
	uint32_t first, end; /* its instructions */
	uint32_t parameters, variables;
} function;

typedef struct label {
	bsn_slice name;
	uint32_t function, at;
} label;

/* A contract, parsed. It points into the code. */
typedef struct program {
	instruction code[LINES_MAX];
	function function[FUNCTIONS_MAX];
	label label[LABELS_MAX];
	uint32_t lines, functions, labels;
	uint32_t line; /* that is being parsed */
} program;

/* ---- parsing ------------------------------------------------------------- */

/* The words of a line, up to a comment; texts keep their opening quote. */
static int
split_line(bsn_slice line, bsn_slice *words, uint32_t *n)
{
	bsn_reader in = bsn_reader_of(line);

	for (*n = 0;; (*n)++) {
		const uint8_t *start;
		uint8_t quote;

		bsn_json_space(&in);
		if (in.rest.len == 0 || in.rest.data[0] == '#')
			return 1;
		if (*n == WORDS_MAX)
			return 0;
		start = in.rest.data;
		quote = *start == '"';
		bsn_take(&in, 1);
		while (in.rest.len > 0 &&
		       (quote ? in.rest.data[0] != '"'
			      : strchr(" \t\r#\"", in.rest.data[0]) == NULL))
			bsn_take(&in, 1);
		words[*n] =
			bsn_slice_of(start, (uint64_t)(in.rest.data - start));
		if (quote && bsn_take(&in, 1).len == 0)
			return 0;
	}
}

static int32_t
syntax(const program *p, bsn_err *err, const char *what, bsn_slice word)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "line %u: %s '%.*s'", p->line,
			what, (int)(word.len < 40 ? word.len : 40),
			word.len > 0 ? (const char *)word.data : "");
}

/* The slot of a function's variable, which it has from here on. */
static int
find_variable(function *f, bsn_slice name, uint32_t *slot)
{
	for (*slot = 0; *slot < f->variables; (*slot)++)
		if (bsn_slice_equal(f->variable[*slot], name))
			return 1;
	if (f->variables == VARIABLES_MAX || !is_name(name))
		return 0;
	f->variable[f->variables++] = name;
	return 1;
}

static int32_t
parse_function(program *p, const bsn_slice *words, uint32_t n, bsn_err *err)
{
	function *f = &p->function[p->functions];
	uint32_t slot;

	if (p->functions == FUNCTIONS_MAX)
		return syntax(p, err, "too many functions at", words[0]);
	if (n < 2 || !is_name(words[1]))
		return syntax(p, err, "give a name after", words[0]);
	for (uint32_t i = 0; i < p->functions; i++)
		if (bsn_slice_equal(p->function[i].name, words[1]))
			return syntax(p, err, "a second function", words[1]);
	memset(f, 0, sizeof(*f));
	f->name = words[1];
	f->first = f->end = p->lines;
	for (uint32_t i = 2; i < n; i++)
		if (!find_variable(f, words[i], &slot) || slot != i - 2)
			return syntax(p, err, "no new parameter:", words[i]);
	f->parameters = n - 2;
	p->functions++;
	return BSN_OK;
}

static int32_t
parse_label(program *p, bsn_slice name, bsn_err *err)
{
	if (p->functions == 0 || p->labels == LABELS_MAX || !is_name(name))
		return syntax(p, err, "no label can be here:", name);
	for (uint32_t i = 0; i < p->labels; i++)
		if (p->label[i].function == p->functions - 1 &&
		    bsn_slice_equal(p->label[i].name, name))
			return syntax(p, err, "a second label", name);
	p->label[p->labels++] = (label){ name, p->functions - 1, p->lines };
	return BSN_OK;
}

static int32_t
parse_operand(program *p, char kind, bsn_slice word, operand *out, bsn_err *err)
{
	function *f = &p->function[p->functions - 1];
	int quoted = word.data[0] == '"';
	uint64_t number;

	out->text = quoted ? bsn_slice_of(word.data + 1, word.len - 1) : word;
	if (kind == 'a' && (quoted || is_number(word, &number))) {
		if (out->text.len <= VALUE_MAX)
			return BSN_OK;
		return syntax(p, err, "this text is too long:", out->text);
	}
	if (kind == 'n' || kind == 'l')
		return is_name(word) ? BSN_OK
				     : syntax(p, err, "no name:", word);
	out->is_variable = 1;
	return find_variable(f, word, &out->slot)
		       ? BSN_OK
		       : syntax(p, err, "no variable:", word);
}

static int32_t
parse_instruction(program *p, const bsn_slice *words, uint32_t n, bsn_err *err)
{
	instruction *at = &p->code[p->lines];
	uint32_t which = 0;
	int32_t status = BSN_OK;

	while (which < OPS && !is_word(words[0], ops[which].name))
		which++;
	if (which == OPS)
		return syntax(p, err, "no instruction is called", words[0]);
	if (p->functions == 0 || p->lines == LINES_MAX)
		return syntax(p, err, "no function has room for", words[0]);
	if (n - 1 != strlen(ops[which].operands))
		return syntax(p, err, "wrong number of operands for", words[0]);
	memset(at, 0, sizeof(*at));
	at->op = which;
	at->line = p->line;
	for (uint32_t i = 0; i + 1 < n && status == BSN_OK; i++)
		status = parse_operand(p, ops[which].operands[i], words[i + 1],
				       &at->operand[i], err);
	p->function[p->functions - 1].end = ++p->lines;
	return status;
}

static int32_t
parse_line(program *p, bsn_slice line, bsn_err *err)
{
	bsn_slice words[WORDS_MAX];
	uint32_t n;

	if (!split_line(line, words, &n))
		return syntax(p, err, "too many words or no closing quote in",
			      line);
	if (n == 0)
		return BSN_OK;
	if (n == 1 && words[0].data[words[0].len - 1] == ':')
		return parse_label(
			p, bsn_slice_of(words[0].data, words[0].len - 1), err);
	return is_word(words[0], "fn") ? parse_function(p, words, n, err)
				       : parse_instruction(p, words, n, err);
}

/* Has a function's jumps lead to where their labels are. */
static int32_t
link_labels(program *p, const function *f, uint32_t number, bsn_err *err)
{
	for (uint32_t i = f->first; i < f->end; i++) {
		const char *kind = strchr(ops[p->code[i].op].operands, 'l');
		bsn_slice name;
		uint32_t j = 0;

		if (kind == NULL)
			continue;
		name = p->code[i]
			       .operand[kind - ops[p->code[i].op].operands]
			       .text;
		while (j < p->labels &&
		       (p->label[j].function != number ||
			!bsn_slice_equal(p->label[j].name, name)))
			j++;
		p->line = p->code[i].line;
		if (j == p->labels)
			return syntax(p, err, "there is no label", name);
		p->code[i].to = p->label[j].at;
	}
	return BSN_OK;
}

static int32_t
parse_lines(program *p, bsn_slice code, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (code.len == 0 || code.len > CODE_MAX || !bsn_is_text(code))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"code: give 1 to %u bytes of UTF-8 text",
				CODE_MAX);
	while (code.len > 0 && status == BSN_OK) {
		const uint8_t *end = memchr(code.data, '\n', (size_t)code.len);
		uint64_t len =
			end != NULL ? (uint64_t)(end - code.data) : code.len;
		uint64_t skip = len + (end != NULL);

		p->line++;
		status = parse_line(p, bsn_slice_of(code.data, len), err);
		code = bsn_slice_of(code.data + skip, code.len - skip);
	}
	for (uint32_t i = 0; i < p->functions && status == BSN_OK; i++)
		status = link_labels(p, &p->function[i], i, err);
	return status;
}

/* A new program, to be freed; it points into the code. */
static int32_t
program_new(bsn_slice code, program **out, bsn_err *err)
{
	program *p = calloc(1, sizeof(*p));
	int32_t status = p != NULL ? parse_lines(p, code, err) : no_memory(err);

	if (status == BSN_OK && p->functions == 0)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "code: there is no function in it");
	if (status == BSN_OK)
		*out = p;
	else
		free(p);
	return status;
}

static int32_t
check_code(bsn_slice code, bsn_err *err)
{
	program *p = NULL;
	int32_t status = program_new(code, &p, err);

	free(p);
	return status;
}

/* ---- what a reviewer would say ------------------------------------------- */

static void
put_finding(bsn_buf *out, const char *rule, const char *severity, uint32_t line,
	    const char *text)
{
	char where[32];

	(void)snprintf(where, sizeof(where), "line %u", line);
	bsn_put_str(out, out->len > 0 ? "," : "");
	bsn_json(out, "{'rule':$s,'severity':$s,'where':$s,'text':$s}", rule,
		 severity, line > 0 ? where : "code", text);
}

/* A jump back with no way out between the label and it. */
static int
never_ends(const program *p, const function *f, uint32_t at)
{
	uint32_t start = p->code[at].to;

	if (p->code[at].op != OP_JUMP || start > at || start < f->first)
		return 0;
	for (uint32_t i = start; i < at; i++)
		if (p->code[i].op == OP_RETURN || p->code[i].op == OP_FAIL ||
		    p->code[i].op == OP_JEQ || p->code[i].op == OP_JLT ||
		    p->code[i].op == OP_JUMP)
			return 0;
	return 1;
}

static void
put_findings(bsn_buf *out, const program *p)
{
	for (uint32_t i = 0; i < p->functions; i++) {
		const function *f = &p->function[i];

		if (f->first == f->end)
			put_finding(out, "empty-function", "warning", 0,
				    "a function without instructions always "
				    "returns nothing");
		for (uint32_t j = f->first; j < f->end; j++)
			if (never_ends(p, f, j))
				put_finding(out, "endless-loop", "warning",
					    p->code[j].line,
					    "nothing leaves this loop but the "
					    "end of the budget");
	}
}

/* ---- running ------------------------------------------------------------- */

struct batch;

/* A function that runs, and what it has done so far. */
typedef struct run {
	bsn_ledger *ledger;
	struct batch *batch; /* what it changes */
	bsn_slice signer;    /* public key; empty in a call without one */
	uint64_t ordinal;    /* of the contract */
	uint64_t used; /* of the budget */
	string variable[VARIABLES_MAX], result;
	bsn_buf events; /* EVENTS_MAX times name and text, as fields */
	uint32_t n_events;
} run;

/* Section 4: a contract's state. */
static int32_t state_get(run *r, bsn_slice key, string *out, bsn_err *err);
static int32_t state_put(run *r, bsn_slice key, bsn_slice text, bsn_err *err);

static bsn_slice
operand_text(const run *r, const operand *from)
{
	return from->is_variable ? string_slice(&r->variable[from->slot])
				 : from->text;
}

static int32_t
arithmetic(uint32_t which, uint64_t a, uint64_t b, uint64_t *out)
{
	int overflow = 0;

	if (which == OP_ADD)
		overflow = a > UINT64_MAX - b;
	else if (which == OP_SUB)
		overflow = a < b;
	else if (which == OP_MUL)
		overflow = b != 0 && a > UINT64_MAX / b;
	else
		overflow = b == 0;
	if (overflow)
		return BSN_FAULT;
	*out = which == OP_ADD	 ? a + b
	       : which == OP_SUB ? a - b
	       : which == OP_MUL ? a * b
	       : which == OP_DIV ? a / b
				 : a % b;
	return BSN_OK;
}

static int32_t
calculate(run *r, const instruction *i, bsn_slice a, bsn_slice b, bsn_err *err)
{
	char text[24];
	uint64_t x, y, result;

	if (!is_number(a, &x) || !is_number(b, &y))
		return bsn_fail(err, BSN_FAULT, "line %u: no number", i->line);
	if (arithmetic(i->op, x, y, &result) != BSN_OK)
		return bsn_fail(err, BSN_FAULT,
				"line %u: there is no such number below 2^64",
				i->line);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)result);
	string_set(&r->variable[i->operand[0].slot], bsn_slice_str(text));
	return BSN_OK;
}

static int32_t
join(run *r, const instruction *i, bsn_slice a, bsn_slice b, bsn_err *err)
{
	string joined = { 0 };

	if (a.len + b.len > VALUE_MAX)
		return bsn_fail(err, BSN_FAULT,
				"line %u: a text is over %u bytes", i->line,
				VALUE_MAX);
	string_set(&joined, a);
	if (b.len > 0)
		memcpy(joined.bytes + joined.len, b.data, (size_t)b.len);
	joined.len += (uint32_t)b.len;
	string_set(&r->variable[i->operand[0].slot], string_slice(&joined));
	return BSN_OK;
}

static int32_t
emit(run *r, const instruction *i, bsn_slice text, bsn_err *err)
{
	if (r->n_events == EVENTS_MAX)
		return bsn_fail(err, BSN_FAULT,
				"line %u: over %u events in one call", i->line,
				EVENTS_MAX);
	bsn_put_field(&r->events, i->operand[0].text, 1);
	bsn_put_field(&r->events, text, 2);
	r->n_events++;
	return r->events.bad ? no_memory(err) : BSN_OK;
}

static void
set_caller(run *r, string *to)
{
	bsn_buf hex = BSN_BUF_INIT;

	bsn_put_hex(&hex, r->signer);
	if (hex.bad || !string_set(to, bsn_buf_slice(&hex)))
		to->len = 0;
	free(hex.data);
}

/* A reason is never empty. */
static int32_t
refuse(bsn_slice why, bsn_err *err)
{
	return why.len > 0 ? bsn_fail(err, BSN_REVERTED, "%.*s", TEXT(why))
			   : bsn_fail(err, BSN_REVERTED,
				      "the contract refused it without a "
				      "reason");
}

static int32_t
jump_if(const instruction *i, bsn_slice a, bsn_slice b, uint32_t *next,
	bsn_err *err)
{
	uint64_t x = 0, y = 0;
	int yes = bsn_slice_equal(a, b);

	if (i->op == OP_JLT) {
		if (!is_number(a, &x) || !is_number(b, &y))
			return bsn_fail(err, BSN_FAULT, "line %u: no number",
					i->line);
		yes = x < y;
	}
	if (yes)
		*next = i->to;
	return BSN_OK;
}

/* One instruction; `next` is which one comes after it, `end` none. */
static int32_t
step(run *r, const instruction *i, uint32_t *next, uint32_t end, bsn_err *err)
{
	string *variable = &r->variable[i->operand[0].slot];
	bsn_slice a = operand_text(r, &i->operand[0]);
	bsn_slice b = operand_text(r, &i->operand[1]);

	switch ((op)i->op) {
	case OP_SET:
		string_set(variable, b);
		return BSN_OK;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
		return calculate(r, i, b, operand_text(r, &i->operand[2]), err);
	case OP_CAT:
		return join(r, i, b, operand_text(r, &i->operand[2]), err);
	case OP_CALLER:
		set_caller(r, variable);
		return BSN_OK;
	case OP_GET:
		return state_get(r, b, variable, err);
	case OP_PUT:
		return state_put(r, a, b, err);
	case OP_EMIT:
		return emit(r, i, b, err);
	case OP_JUMP:
		*next = i->to;
		return BSN_OK;
	case OP_JEQ:
	case OP_JLT:
		return jump_if(i, a, b, next, err);
	case OP_RETURN:
		string_set(&r->result, a);
		*next = end;
		return BSN_OK;
	case OP_FAIL:
		return refuse(a, err);
	case OPS:
		break;
	}
	return bsn_fail(err, BSN_E_INTERNAL, "line %u: no instruction",
			i->line);
}

static const function *
find_function(const program *p, bsn_slice name)
{
	for (uint32_t i = 0; i < p->functions; i++)
		if (bsn_slice_equal(p->function[i].name, name))
			return &p->function[i];
	return NULL;
}

/* Runs a function until it ends, fails, or its budget does. */
static int32_t
run_function(run *r, const program *p, bsn_slice name, const bsn_slice *args,
	     uint32_t n, bsn_err *err)
{
	const function *f = find_function(p, name);
	int32_t status = BSN_OK;

	if (f == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the contract has no function \"%.*s\"",
				TEXT(name));
	if (n != f->parameters)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%.*s takes %u arguments, not %u", TEXT(name),
				f->parameters, n);
	for (uint32_t i = 0; i < n; i++)
		string_set(&r->variable[i], args[i]);
	for (uint32_t at = f->first; at < f->end && status == BSN_OK;) {
		const instruction *i = &p->code[at++];

		r->used += ops[i->op].cost;
		if (r->used > BUDGET) {
			r->used = BUDGET;
			return bsn_fail(err, BSN_OUT_OF_BUDGET,
					"line %u: the call used up its budget "
					"of %u instructions",
					i->line, BUDGET);
		}
		status = step(r, i, &at, f->end, err);
	}
	return status;
}

/* ==== 3 transactions ====================================================== */

/* What is signed: version [1], chain [32], signer [64], nonce [16], kind [1],
 * contract, function, how many arguments [1], arguments, code; then the
 * signature [64]. Texts and code have their length before them. The chain is
 * block 0's hash, so a transaction counts on its own chain only; its id is the
 * digest of what is signed, so another signature makes no other transaction.
 */
#define TX_VERSION 1u

typedef struct tx {
	bsn_slice chain, signer, nonce, contract, function, code;
	bsn_slice args[ARGS_MAX];
	uint32_t kind, n_args;
	bsn_slice signed_part, signature;
} tx;

static void
put_tx(bsn_buf *out, const tx *from)
{
	bsn_put_number(out, TX_VERSION, 1);
	bsn_put(out, from->chain.data, HASH_LEN);
	bsn_put(out, from->signer.data, KEY_LEN);
	bsn_put(out, from->nonce.data, NONCE_LEN);
	bsn_put_number(out, from->kind, 1);
	bsn_put_field(out, from->contract, 1);
	bsn_put_field(out, from->function, 1);
	bsn_put_number(out, from->n_args, 1);
	for (uint32_t i = 0; i < from->n_args; i++)
		bsn_put_field(out, from->args[i], 2);
	bsn_put_field(out, from->code, 4);
}

/* "name" or "name@7"; version 0 is the newest. */
static int32_t
parse_target(bsn_slice text, bsn_slice *name, uint64_t *version, bsn_err *err)
{
	const uint8_t *at =
		text.len > 0 ? memchr(text.data, '@', (size_t)text.len) : NULL;
	int ok = 1;

	*name = text;
	*version = 0;
	if (at != NULL) {
		uint64_t len = (uint64_t)(at - text.data);

		*name = bsn_slice_of(text.data, len);
		ok = is_number(bsn_slice_of(at + 1, text.len - len - 1),
			       version) &&
		     *version > 0 && *version <= VERSIONS_MAX;
	}
	if (ok && is_name(*name))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"contract: give a name of at most %u letters, digits, "
			"- and _, or name@version",
			NAME_LEN_MAX);
}

/* What must hold whoever made it. Only an invocation has a function and
 * arguments, only a deployment has code. */
static int32_t
check_tx(const tx *t, bsn_err *err)
{
	bsn_slice name;
	uint64_t version;
	int32_t status;

	if (t->kind < BSN_TX_INVOKE || t->kind > BSN_TX_UNINSTALL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"kind %u: this framework invokes, deploys, "
				"freezes, unfreezes and uninstalls",
				t->kind);
	status = parse_target(t->contract, &name, &version, err);
	if (status != BSN_OK)
		return status;
	if (version > 0 &&
	    (t->kind == BSN_TX_DEPLOY || t->kind == BSN_TX_UNINSTALL))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"contract: name it without a version");
	if (t->kind == BSN_TX_INVOKE ? !is_name(t->function)
				     : t->function.len + t->n_args > 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function: an invocation names one, nothing "
				"else has one or arguments");
	for (uint32_t i = 0; i < t->n_args; i++)
		if (!bsn_is_text(t->args[i]))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"args: %u is no UTF-8 without NUL", i);
	if (t->kind == BSN_TX_DEPLOY)
		return check_code(t->code, err);
	return t->code.len == 0 ? BSN_OK
				: bsn_fail(err, BSN_BAD_REQUEST,
					   "code: only a deployment has it");
}

static int32_t
read_tx(bsn_slice bytes, tx *out, bsn_err *err)
{
	bsn_reader in = { bytes,
			  bytes.len < SIGNATURE_LEN || bytes.len > TX_MAX };
	uint64_t version;

	memset(out, 0, sizeof(*out));
	if (!in.bad) {
		out->signed_part = bsn_take(&in, bytes.len - SIGNATURE_LEN);
		out->signature = in.rest;
		in.rest = out->signed_part;
	}
	version = bsn_take_number(&in, 1);
	out->chain = bsn_take(&in, HASH_LEN);
	out->signer = bsn_take(&in, KEY_LEN);
	out->nonce = bsn_take(&in, NONCE_LEN);
	out->kind = (uint32_t)bsn_take_number(&in, 1);
	out->contract = bsn_take_field(&in, 1, UINT8_MAX);
	out->function = bsn_take_field(&in, 1, NAME_LEN_MAX);
	out->n_args = (uint32_t)bsn_take_number(&in, 1);
	in.bad = in.bad || version != TX_VERSION || out->n_args > ARGS_MAX;
	for (uint32_t i = 0; !in.bad && i < out->n_args; i++)
		out->args[i] = bsn_take_field(&in, 2, VALUE_MAX);
	out->code = bsn_take_field(&in, 4, CODE_MAX);
	if (!bsn_taken_all(&in))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%llu bytes are no transaction of this "
				"framework",
				(unsigned long long)bytes.len);
	return check_tx(out, err);
}

/* ==== 4 the store ========================================================= */

#define HEAD_VERSION 1u

/* The newest block, and totals up to it. One transaction a block, none in
 * block 0: there are as many transactions as the newest block's number. */
typedef struct head {
	uint64_t number, bytes, time_ms, invalid, contracts;
	uint8_t hash[HASH_LEN];
} head;

/* A block that the store has accepted and that is not on disk yet. */
typedef struct pending {
	struct pending *next;
	head head;
	bsn_reply *reply;
} pending;

/* The engine's side of an open chain. */
struct bsn_ledger {
	bsn_chain *chain;
	const bsn_hash *sm3;
	const bsn_signature *sm2;
	uint8_t genesis_hash[HASH_LEN]; /* of block 0: the chain's id */
	uint8_t member[KEY_LEN]; /* this node's public key */
	head newest, durable;
	pending *first, **last;
};

/* ---- batches ------------------------------------------------------------- */

#define WRITES_MAX 80u /* of one block, how many */
#define CHANGES_MAX 64u /* of them, a contract's own */
#define BATCH_MAX (4u * TX_MAX + CHANGES_MAX * (STATE_KEY_MAX + VALUE_MAX + 9u))

/* The changes of one block, with the bytes of their keys and values. */
typedef struct batch {
	uint64_t n, len;
	bsn_write writes[WRITES_MAX];
	uint8_t bytes[BATCH_MAX];
} batch;

static bsn_slice
batch_keep(batch *b, bsn_slice bytes)
{
	uint8_t *at = b->bytes + b->len;

	if (bytes.len > 0)
		memcpy(at, bytes.data, (size_t)bytes.len);
	b->len += bytes.len;
	return bsn_slice_of(at, bytes.len);
}

static int32_t
batch_put(batch *b, bsn_slice key, bsn_slice value, bsn_err *err)
{
	if (b->n == WRITES_MAX || key.len + value.len > BATCH_MAX - b->len)
		return bsn_fail(err, BSN_E_INTERNAL, "a block is too large");
	key = batch_keep(b, key);
	value = batch_keep(b, value);
	b->writes[b->n++] =
		(bsn_write){ sizeof(bsn_write), BSN_WRITE_PUT, key, value };
	return BSN_OK;
}

/* Puts a value that was built in a buffer, and frees it. */
static int32_t
batch_put_buf(batch *b, bsn_slice key, bsn_buf *value, bsn_err *err)
{
	int32_t status = value->bad
				 ? no_memory(err)
				 : batch_put(b, key, bsn_buf_slice(value), err);

	free(value->data);
	return status;
}

/* What the batch has put under a key, the latest; NULL. */
static const bsn_slice *
batch_find(const batch *b, bsn_slice key)
{
	for (uint64_t i = b->n; i > 0; i--)
		if (bsn_slice_equal(b->writes[i - 1].key, key))
			return &b->writes[i - 1].value;
	return NULL;
}

/* ---- keys and records ---------------------------------------------------- */

typedef struct store_key {
	uint8_t bytes[128];
	uint64_t len;
} store_key;

/* A letter, a number when `number_bytes` is not 0, and a name. */
static bsn_slice
key_of(store_key *key, char letter, uint64_t number, unsigned number_bytes,
       bsn_slice name)
{
	key->bytes[0] = (uint8_t)letter;
	for (unsigned i = 0; i < number_bytes; i++)
		key->bytes[1 + i] =
			(uint8_t)(number >> (8 * (number_bytes - 1 - i)));
	key->len = 1 + number_bytes;
	if (name.len > 0)
		memcpy(key->bytes + key->len, name.data, (size_t)name.len);
	key->len += name.len;
	return bsn_slice_of(key->bytes, key->len);
}

/* Reads a value to the end of `out`. BSN_NOT_FOUND, with a reason. */
static int32_t
store_get(const bsn_ledger *ledger, bsn_slice key, bsn_buf *out, bsn_err *err)
{
	int32_t status = host.store->get(ledger->chain, key, &out->sink, err);

	return status == BSN_NOT_FOUND
		       ? bsn_fail(err, status, "there is none of that name")
		       : status;
}

static int32_t
damaged(bsn_err *err, const char *what)
{
	return bsn_fail(err, BSN_E_CORRUPT, "%s in the store is damaged", what);
}

/* The number of the block that stands under a hash or a transaction's id. */
static int32_t
find_number(const bsn_ledger *ledger, char letter, bsn_slice id,
	    uint64_t *number, bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	bsn_reader in;
	store_key key;
	int32_t status;

	if (id.len != HASH_LEN)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is none: an id has %u bytes", HASH_LEN);
	status = store_get(ledger, key_of(&key, letter, 0, 0, id), &value, err);
	in = bsn_reader_of(bsn_buf_slice(&value));
	if (status == BSN_OK) {
		*number = bsn_take_number(&in, 8);
		status = bsn_taken_all(&in) ? BSN_OK : damaged(err, "an index");
	}
	free(value.data);
	return status;
}

static void
put_head(bsn_buf *out, const head *from)
{
	bsn_put_number(out, HEAD_VERSION, 1);
	bsn_put_number(out, from->number, 8);
	bsn_put_number(out, from->bytes, 8);
	bsn_put_number(out, from->time_ms, 8);
	bsn_put_number(out, from->invalid, 8);
	bsn_put_number(out, from->contracts, 8);
	bsn_put(out, from->hash, HASH_LEN);
}

static int32_t
read_head(bsn_slice bytes, head *out, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(bytes);
	uint64_t version = bsn_take_number(&in, 1);
	bsn_slice hash;

	if (version != HEAD_VERSION)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain was written by another version of "
				"the engine (format %u, not %u)",
				(unsigned)version, HEAD_VERSION);
	out->number = bsn_take_number(&in, 8);
	out->bytes = bsn_take_number(&in, 8);
	out->time_ms = bsn_take_number(&in, 8);
	out->invalid = bsn_take_number(&in, 8);
	out->contracts = bsn_take_number(&in, 8);
	hash = bsn_take(&in, HASH_LEN);
	if (!bsn_taken_all(&in))
		return damaged(err, "the head");
	memcpy(out->hash, hash.data, HASH_LEN);
	return BSN_OK;
}

#define STATE_ACTIVE 1u
#define STATE_FROZEN 2u
#define STATE_UNINSTALLED 3u

static const char *
state_name(uint64_t state)
{
	return state == STATE_ACTIVE   ? "active"
	       : state == STATE_FROZEN ? "frozen"
				       : "uninstalled";
}

typedef struct contract {
	uint8_t owner[KEY_LEN]; /* who deployed it */
	uint64_t state, ordinal, versions, block; /* of the first version */
} contract;

static int32_t
load_contract(const bsn_ledger *ledger, bsn_slice name, contract *out,
	      bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	store_key key;
	bsn_reader in;
	bsn_slice owner;
	int32_t status =
		store_get(ledger, key_of(&key, 'c', 0, 0, name), &value, NULL);

	in = bsn_reader_of(bsn_buf_slice(&value));
	owner = bsn_take(&in, KEY_LEN);
	out->state = bsn_take_number(&in, 1);
	out->ordinal = bsn_take_number(&in, 8);
	out->versions = bsn_take_number(&in, 4);
	out->block = bsn_take_number(&in, 8);
	if (status == BSN_NOT_FOUND)
		bsn_fail(err, status, "there is no contract \"%.*s\"",
			 TEXT(name));
	else if (status != BSN_OK)
		bsn_fail(err, status, "a contract cannot be read");
	else if (!bsn_taken_all(&in))
		status = damaged(err, "a contract");
	else
		memcpy(out->owner, owner.data, KEY_LEN);
	free(value.data);
	return status;
}

static int32_t
save_contract(batch *b, bsn_slice name, const contract *from, bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	store_key key;

	bsn_put(&value, from->owner, KEY_LEN);
	bsn_put_number(&value, from->state, 1);
	bsn_put_number(&value, from->ordinal, 8);
	bsn_put_number(&value, from->versions, 4);
	bsn_put_number(&value, from->block, 8);
	return batch_put_buf(b, key_of(&key, 'c', 0, 0, name), &value, err);
}

static bsn_slice
version_key(store_key *key, bsn_slice name, uint64_t version)
{
	uint8_t tail[NAME_LEN_MAX + 5];

	memcpy(tail, name.data, (size_t)name.len);
	tail[name.len] = '@';
	for (int i = 0; i < 4; i++)
		tail[name.len + 1 + (unsigned)i] =
			(uint8_t)(version >> (24 - 8 * i));
	return key_of(key, 'v', 0, 0, bsn_slice_of(tail, name.len + 5));
}

/* One version of a contract; `code` points into `bytes`, to be freed. */
typedef struct version {
	uint64_t state, block;
	bsn_slice code;
	bsn_buf bytes;
} version;

static int32_t
load_version(const bsn_ledger *ledger, bsn_slice name, uint64_t number,
	     version *out, bsn_err *err)
{
	store_key key;
	bsn_reader in;
	int32_t status;

	out->bytes = (bsn_buf)BSN_BUF_INIT;
	status = store_get(ledger, version_key(&key, name, number), &out->bytes,
			   NULL);
	in = bsn_reader_of(bsn_buf_slice(&out->bytes));
	out->state = bsn_take_number(&in, 1);
	out->block = bsn_take_number(&in, 8);
	out->code = in.rest;
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "%.*s has no version %llu",
				TEXT(name), (unsigned long long)number);
	if (status != BSN_OK)
		return bsn_fail(err, status, "a version cannot be read");
	return in.bad ? damaged(err, "a version") : BSN_OK;
}

static int32_t
save_version(batch *b, bsn_slice name, uint64_t number, const version *from,
	     bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	store_key key;

	bsn_put_number(&value, from->state, 1);
	bsn_put_number(&value, from->block, 8);
	bsn_put(&value, from->code.data, from->code.len);
	return batch_put_buf(b, version_key(&key, name, number), &value, err);
}

/* ---- a contract's state -------------------------------------------------- */

static int32_t
state_get(run *r, bsn_slice key, string *out, bsn_err *err)
{
	bsn_buf stored = BSN_BUF_INIT;
	store_key full;
	const bsn_slice *changed;
	int32_t status = BSN_OK;

	if (key.len > STATE_KEY_MAX)
		return bsn_fail(err, BSN_FAULT, "a key is over %u bytes",
				STATE_KEY_MAX);
	key = key_of(&full, 's', r->ordinal, 8, key);
	changed = batch_find(r->batch, key);
	if (changed == NULL)
		status = store_get(r->ledger, key, &stored, NULL);
	if (status == BSN_NOT_FOUND)
		out->len = 0;
	else if (status != BSN_OK)
		bsn_fail(err, status, "the state cannot be read");
	else if (!string_set(out, changed != NULL ? *changed
						  : bsn_buf_slice(&stored)))
		status = damaged(err, "the state");
	free(stored.data);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
state_put(run *r, bsn_slice key, bsn_slice text, bsn_err *err)
{
	store_key full;

	if (key.len > STATE_KEY_MAX)
		return bsn_fail(err, BSN_FAULT, "a key is over %u bytes",
				STATE_KEY_MAX);
	if (r->batch->n >= CHANGES_MAX)
		return bsn_fail(err, BSN_FAULT,
				"a call stores at most %u times", CHANGES_MAX);
	return batch_put(r->batch, key_of(&full, 's', r->ordinal, 8, key), text,
			 err);
}

/* ==== 5 execution ========================================================= */

/* A contract by what a request calls it, if it can be called now. */
static int32_t
resolve(const bsn_ledger *ledger, bsn_slice text, contract *c, version *v,
	bsn_err *err)
{
	bsn_slice name;
	uint64_t number;
	int32_t status = parse_target(text, &name, &number, err);

	v->bytes = (bsn_buf)BSN_BUF_INIT;
	if (status == BSN_OK)
		status = load_contract(ledger, name, c, err);
	if (status != BSN_OK)
		return status;
	if (c->state == STATE_UNINSTALLED)
		return bsn_fail(err, BSN_NOT_FOUND, "\"%.*s\" was uninstalled",
				TEXT(name));
	status = load_version(ledger, name, number > 0 ? number : c->versions,
			      v, err);
	if (status == BSN_OK &&
	    (c->state == STATE_FROZEN || v->state == STATE_FROZEN))
		return bsn_fail(err, BSN_FROZEN, "\"%.*s\" is frozen",
				TEXT(text));
	return status;
}

/* A function of a contract: an invocation in a block, or a call. */
static int32_t
invoke(run *r, const tx *t, bsn_err *err)
{
	contract c;
	version v;
	program *p = NULL;
	int32_t status = resolve(r->ledger, t->contract, &c, &v, err);

	if (status == BSN_OK)
		status = program_new(v.code, &p, err);
	if (status == BSN_OK) {
		r->ordinal = c.ordinal;
		status = run_function(r, p, t->function, t->args, t->n_args,
				      err);
	}
	free(p);
	free(v.bytes.data);
	return status;
}

/* Only who deployed a contract may do anything to it but call it. */
static int32_t
load_own(const bsn_ledger *ledger, bsn_slice name, bsn_slice signer,
	 contract *out, bsn_err *err)
{
	int32_t status = load_contract(ledger, name, out, err);

	if (status != BSN_OK)
		return status;
	if (!bsn_slice_equal(signer, bsn_slice_of(out->owner, KEY_LEN)))
		return bsn_fail(err, BSN_DENIED,
				"\"%.*s\" belongs to who deployed it: sign "
				"with that key",
				TEXT(name));
	if (out->state == STATE_UNINSTALLED)
		return bsn_fail(err, BSN_CONFLICT,
				"\"%.*s\" was uninstalled, and a name is "
				"never used again: choose another",
				TEXT(name));
	return BSN_OK;
}

static int32_t
begin_contract(run *r, bsn_slice name, bsn_slice signer, head *next,
	       contract *out, bsn_err *err)
{
	store_key key;

	memset(out, 0, sizeof(*out));
	memcpy(out->owner, signer.data, KEY_LEN);
	out->state = STATE_ACTIVE;
	out->ordinal = next->contracts++;
	out->block = next->number;
	return batch_put(r->batch, key_of(&key, 'n', out->ordinal, 8, none),
			 name, err);
}

/* A contract, or a further version of one, which calls by the plain name reach
 * from now on. Its state stays where it is. */
static int32_t
deploy(run *r, const tx *t, head *next, bsn_err *err)
{
	contract c;
	version v = { STATE_ACTIVE, next->number, t->code, BSN_BUF_INIT };
	int32_t status = load_own(r->ledger, t->contract, t->signer, &c, err);

	if (status == BSN_NOT_FOUND)
		status = begin_contract(r, t->contract, t->signer, next, &c,
					err);
	else if (status == BSN_OK && c.state == STATE_FROZEN)
		status = bsn_fail(err, BSN_FROZEN,
				  "\"%.*s\" is frozen: unfreeze it first",
				  TEXT(t->contract));
	if (status == BSN_OK && c.versions == VERSIONS_MAX)
		status = bsn_fail(err, BSN_TOO_LARGE,
				  "a contract has at most %u versions",
				  VERSIONS_MAX);
	if (status != BSN_OK)
		return status;
	c.versions++;
	status = save_version(r->batch, t->contract, c.versions, &v, err);
	return status == BSN_OK ? save_contract(r->batch, t->contract, &c, err)
				: status;
}

/* Freezes or unfreezes a contract, or one version of it. */
static int32_t
freeze(run *r, const tx *t, bsn_err *err)
{
	uint64_t wanted =
		t->kind == BSN_TX_FREEZE ? STATE_FROZEN : STATE_ACTIVE;
	uint64_t number, *state;
	bsn_slice name;
	contract c;
	version v = { 0, 0, none, BSN_BUF_INIT };
	int32_t status = parse_target(t->contract, &name, &number, err);

	if (status == BSN_OK)
		status = load_own(r->ledger, name, t->signer, &c, err);
	if (status == BSN_OK && number > 0)
		status = load_version(r->ledger, name, number, &v, err);
	state = number > 0 ? &v.state : &c.state;
	if (status == BSN_OK && *state == wanted)
		status = bsn_fail(err, BSN_CONFLICT, "\"%.*s\" is %s already",
				  TEXT(t->contract), state_name(wanted));
	if (status == BSN_OK) {
		*state = wanted;
		status = number > 0
				 ? save_version(r->batch, name, number, &v, err)
				 : save_contract(r->batch, name, &c, err);
	}
	free(v.bytes.data);
	return status;
}

/* Nobody reaches it any more; what it did stays in the blocks. */
static int32_t
uninstall(run *r, const tx *t, bsn_err *err)
{
	contract c;
	int32_t status = load_own(r->ledger, t->contract, t->signer, &c, err);

	if (status != BSN_OK)
		return status;
	c.state = STATE_UNINSTALLED;
	return save_contract(r->batch, t->contract, &c, err);
}

/* Executes; what it changes is in the batch and in `next`. Below 0 the engine
 * or the host broke and there must be no block; above 0 the chain says no,
 * which is written down in one. */
static int32_t
execute(run *r, const tx *t, head *next, bsn_err *err)
{
	switch (t->kind) {
	case BSN_TX_INVOKE:
		return invoke(r, t, err);
	case BSN_TX_DEPLOY:
		return deploy(r, t, next, err);
	case BSN_TX_FREEZE:
	case BSN_TX_UNFREEZE:
		return freeze(r, t, err);
	case BSN_TX_UNINSTALL:
		return uninstall(r, t, err);
	}
	return bsn_fail(err, BSN_E_INTERNAL, "a kind was not checked");
}

/* ==== 6 blocks ============================================================ */

/* version [1], number [8], the previous block's hash [32], time in ms [8], the
 * transaction and its receipt as fields; in block 0 the genesis and nothing. A
 * block's hash is the digest of all of it, so nothing in it can be changed. A
 * receipt is status [4], budget used [8], reason, result, how many events [1],
 * each with its name and text. */
#define BLOCK_VERSION 1u
#define RECEIPT_MAX (EVENTS_MAX * (NAME_LEN_MAX + VALUE_MAX + 3u) + 1024u)

/* A block as it is in the store. */
typedef struct block {
	bsn_buf bytes;
	uint64_t number, time_ms;
	uint8_t hash[HASH_LEN];
	bsn_slice previous, body;
	tx tx; /* the rest: not of block 0 */
	bsn_id tx_id;
	int32_t status;
	uint64_t used, n_events;
	bsn_slice reason, result;
	bsn_reader events;
} block;

static int32_t
digest(const bsn_ledger *ledger, bsn_slice bytes, uint8_t *hash, bsn_err *err)
{
	int32_t status = ledger->sm3->digest(&bytes, 1, hash);

	return status == BSN_OK ? status
				: bsn_fail(err, status, "sm3 does not work");
}

static int32_t
tx_id_of(const bsn_ledger *ledger, const tx *t, bsn_id *id, bsn_err *err)
{
	uint8_t hash[BSN_DIGEST_MAX];
	int32_t status = digest(ledger, t->signed_part, hash, err);

	if (status == BSN_OK)
		*id = bsn_id_of(hash, HASH_LEN);
	return status;
}

static void
read_receipt(block *out, bsn_slice bytes, int *bad)
{
	bsn_reader in = bsn_reader_of(bytes);

	out->status = (int32_t)(uint32_t)bsn_take_number(&in, 4);
	out->used = bsn_take_number(&in, 8);
	out->reason = bsn_take_field(&in, 1, BSN_REASON_MAX);
	out->result = bsn_take_field(&in, 2, VALUE_MAX);
	out->n_events = bsn_take_number(&in, 1);
	out->events = in;
	*bad = *bad || in.bad || out->n_events > EVENTS_MAX;
}

static int32_t
parse_block(const bsn_ledger *ledger, block *out, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(bsn_buf_slice(&out->bytes));
	bsn_slice receipt;
	int32_t status = digest(ledger, in.rest, out->hash, err);

	in.bad = bsn_take_number(&in, 1) != BLOCK_VERSION;
	out->number = bsn_take_number(&in, 8);
	out->previous = bsn_take(&in, HASH_LEN);
	out->time_ms = bsn_take_number(&in, 8);
	out->body = bsn_take_field(&in, 4, TX_MAX);
	receipt = bsn_take_field(&in, 4, RECEIPT_MAX);
	if (out->number > 0)
		read_receipt(out, receipt, &in.bad);
	if (status != BSN_OK)
		return status;
	if (!bsn_taken_all(&in) ||
	    (out->number > 0 && read_tx(out->body, &out->tx, NULL) != BSN_OK))
		return damaged(err, "a block");
	return out->number > 0 ? tx_id_of(ledger, &out->tx, &out->tx_id, err)
			       : BSN_OK;
}

/* Reads a block; block_free it whatever this returns. BSN_NOT_FOUND. */
static int32_t
load_block(const bsn_ledger *ledger, uint64_t number, block *out, bsn_err *err)
{
	store_key key;
	int32_t status;

	memset(out, 0, sizeof(*out));
	out->bytes = (bsn_buf)BSN_BUF_INIT;
	status = store_get(ledger, key_of(&key, 'b', number, 8, none),
			   &out->bytes, NULL);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is no block %llu",
				(unsigned long long)number);
	if (status != BSN_OK)
		return bsn_fail(err, status, "a block cannot be read");
	return parse_block(ledger, out, err);
}

static void
block_free(block *b)
{
	free(b->bytes.data);
}

static void
put_receipt(bsn_buf *out, int32_t status, const bsn_err *why, const run *r)
{
	int ok = status == BSN_OK;

	bsn_put_number(out, (uint32_t)status, 4);
	bsn_put_number(out, r->used, 8);
	bsn_put_field(out, bsn_slice_str(ok ? "" : why->reason), 1);
	bsn_put_field(out, ok ? string_slice(&r->result) : none, 2);
	bsn_put_number(out, ok ? r->n_events : 0, 1);
	if (ok)
		bsn_put(out, r->events.data, r->events.len);
}

/* The block after the newest (block 0 when there is none), as bytes and as
 * head. */
static int32_t
make_block(const bsn_ledger *ledger, head *next, bsn_slice body,
	   bsn_slice receipt, bsn_buf *out, bsn_err *err)
{
	bsn_put_number(out, BLOCK_VERSION, 1);
	bsn_put_number(out, next->number, 8);
	bsn_put(out, ledger->newest.hash, HASH_LEN); /* zeros before block 0 */
	bsn_put_number(out, next->time_ms, 8);
	bsn_put_field(out, body, 4);
	bsn_put_field(out, receipt, 4);
	next->bytes += out->len;
	return out->bad ? no_memory(err)
			: digest(ledger, bsn_buf_slice(out), next->hash, err);
}

static int32_t
batch_index(batch *b, char letter, bsn_slice id, uint64_t number, bsn_err *err)
{
	uint8_t value[8];
	store_key key;

	for (int i = 0; i < 8; i++)
		value[i] = (uint8_t)(number >> (56 - 8 * i));
	return batch_put(b, key_of(&key, letter, 0, 0, id),
			 bsn_slice_of(value, 8), err);
}

/* Adds a block, what finds it and the head to a batch, and commits that: all
 * or nothing. The cookie is the block's number; block 0, whose number asks for
 * no call, could be made from the genesis again. */
static int32_t
store_block(const bsn_ledger *ledger, batch *b, const head *next,
	    bsn_slice bytes, const bsn_id *tx_id, bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	store_key key;
	int32_t status;

	status = batch_put(b, key_of(&key, 'b', next->number, 8, none), bytes,
			   err);
	if (status == BSN_OK)
		status = batch_index(b, 'h', bsn_slice_of(next->hash, HASH_LEN),
				     next->number, err);
	if (status == BSN_OK && tx_id != NULL)
		status = batch_index(b, 't', bsn_id_slice(tx_id), next->number,
				     err);
	if (status == BSN_OK) {
		put_head(&value, next);
		status = batch_put_buf(b, key_of(&key, 'H', 0, 0, none),
				       &value, err);
	}
	if (status != BSN_OK)
		return status;
	return host.store->commit(ledger->chain, b->writes, b->n, next->number,
				  err);
}

/* Executes a transaction into the batch and writes its receipt. When the chain
 * says no, nothing is left of what it did. */
static int32_t
execute_into(run *r, const tx *t, head *next, bsn_buf *receipt, bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;
	head before = *next;
	int32_t status = execute(r, t, next, &why);

	if (status < 0)
		return bsn_fail(err, status, "%s", why.reason);
	if (status > 0) {
		r->batch->n = r->batch->len = 0;
		*next = before;
		next->invalid++;
	}
	put_receipt(receipt, status, &why, r);
	return receipt->bad ? no_memory(err) : BSN_OK;
}

/* Makes a block of one transaction and hands it to the store. */
static int32_t
extend(bsn_ledger *ledger, const tx *t, bsn_slice raw, const bsn_id *id, run *r,
       head *next, bsn_err *err)
{
	uint64_t now = host.clock->wall_ms(ledger->chain);
	bsn_buf bytes = BSN_BUF_INIT, receipt = BSN_BUF_INIT;
	int32_t status;

	*next = ledger->newest;
	next->number++;
	if (now > next->time_ms)
		next->time_ms = now;
	status = execute_into(r, t, next, &receipt, err);
	if (status == BSN_OK)
		status = make_block(ledger, next, raw, bsn_buf_slice(&receipt),
				    &bytes, err);
	if (status == BSN_OK)
		status = store_block(ledger, r->batch, next,
				     bsn_buf_slice(&bytes), id, err);
	free(bytes.data);
	free(receipt.data);
	return status;
}

static run *
run_new(bsn_ledger *ledger, bsn_slice signer)
{
	run *r = calloc(1, sizeof(*r));
	batch *b = calloc(1, sizeof(*b));

	if (r == NULL || b == NULL) {
		free(r);
		free(b);
		return NULL;
	}
	r->ledger = ledger;
	r->batch = b;
	r->signer = signer;
	r->events = (bsn_buf)BSN_BUF_INIT;
	return r;
}

static void
run_free(run *r)
{
	free(r->events.data);
	free(r->batch);
	free(r);
}

/* Appends a block with this transaction; `reply` is answered once it is on
 * disk. On any status but BSN_OK nothing has happened. */
static int32_t
append(bsn_ledger *ledger, const tx *t, bsn_slice raw, const bsn_id *id,
       bsn_reply *reply, bsn_err *err)
{
	pending *waiting = calloc(1, sizeof(*waiting));
	run *r = waiting != NULL ? run_new(ledger, t->signer) : NULL;
	int32_t status;

	if (r == NULL) {
		free(waiting);
		return no_memory(err);
	}
	status = extend(ledger, t, raw, id, r, &waiting->head, err);
	run_free(r);
	if (status != BSN_OK) {
		free(waiting);
		return status;
	}
	waiting->reply = reply;
	ledger->newest = waiting->head;
	*ledger->last = waiting;
	ledger->last = &waiting->next;
	return BSN_OK;
}

/* ---- the first block, and going on --------------------------------------- */

static int32_t
begin_chain(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	batch *b = calloc(1, sizeof(*b));
	bsn_buf bytes = BSN_BUF_INIT;
	head first = ledger->newest; /* nothing but the time of the genesis */
	int32_t status = b != NULL ? make_block(ledger, &first, genesis, none,
						&bytes, err)
				   : no_memory(err);

	if (status == BSN_OK)
		status = store_block(ledger, b, &first, bsn_buf_slice(&bytes),
				     NULL, err);
	if (status == BSN_OK)
		ledger->newest = first;
	free(bytes.data);
	free(b);
	return status;
}

/* Whether the newest block is the one that the head speaks of. */
static int32_t
check_newest(const bsn_ledger *ledger, bsn_err *err)
{
	const head *newest = &ledger->newest;
	block last;
	int32_t status = load_block(ledger, newest->number, &last, err);

	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK &&
	     memcmp(last.hash, newest->hash, HASH_LEN) != 0))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "block %llu in the store is not the newest",
				  (unsigned long long)newest->number);
	block_free(&last);
	return status;
}

static int32_t
load_chain(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	bsn_buf value = BSN_BUF_INIT;
	store_key key;
	block first;
	int32_t status =
		store_get(ledger, key_of(&key, 'H', 0, 0, none), &value, err);

	if (status == BSN_NOT_FOUND)
		status = begin_chain(ledger, genesis, err);
	else if (status == BSN_OK)
		status = read_head(bsn_buf_slice(&value), &ledger->newest, err);
	free(value.data);
	if (status != BSN_OK)
		return status;
	status = load_block(ledger, 0, &first, err);
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && !bsn_slice_equal(first.body, genesis)))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "block 0 in the store is not this genesis");
	memcpy(ledger->genesis_hash, first.hash, HASH_LEN);
	block_free(&first);
	ledger->durable = ledger->newest;
	return status == BSN_OK ? check_newest(ledger, err) : status;
}

/* ==== 7 the tables ======================================================== */

/* ---- bsn_chain_ops ------------------------------------------------------- */

#define GENESIS_VERSION 1u
#define CHAIN_NAME_MAX 63u

static int32_t
chain_member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return check_no_options(config, "config", err);
}

/* version [1], time in ms [8], the member's public key [64], the name as a
 * field [1]. */
static int32_t
chain_genesis(const bsn_genesis *from, bsn_sink *out, bsn_err *err)
{
	bsn_buf bytes = BSN_BUF_INIT;
	int32_t status = check_no_options(from->config, "config", err);

	if (status != BSN_OK)
		return status;
	if (from->member_count != 1 ||
	    from->members[0].public_key.len != KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"members: a chain of this framework has one, "
				"with an SM2 key of %u bytes, not %u",
				KEY_LEN, from->member_count);
	if (from->name.len > CHAIN_NAME_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST, "name: it is too long");
	bsn_put_number(&bytes, GENESIS_VERSION, 1);
	bsn_put_number(&bytes, from->time_ms, 8);
	bsn_put(&bytes, from->members[0].public_key.data, KEY_LEN);
	bsn_put_field(&bytes, from->name, 1);
	status = bytes.bad ? no_memory(err)
			   : out->write(out, bytes.data, bytes.len);
	free(bytes.data);
	return status;
}

/* A chain has one member; anybody else with its genesis would make another
 * chain of the same id. */
static int32_t
check_member(const bsn_ledger *ledger, bsn_err *err)
{
	uint8_t own[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(own, sizeof(own));
	int32_t status = host.keys->node_public_key(ledger->chain, "sm2",
						    &sink.sink, err);

	if (status != BSN_OK)
		return status;
	if (sink.len == KEY_LEN && memcmp(own, ledger->member, KEY_LEN) == 0)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"another node is this chain's only member");
}

static int32_t
open_ledger(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	int32_t status;

	ledger->sm3 = host.crypto->hash("sm3");
	ledger->sm2 = host.crypto->signature("sm2");
	if (ledger->sm3 == NULL || ledger->sm3->digest_len != HASH_LEN ||
	    ledger->sm2 == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no plugin of this host offers sm2 and sm3");
	status = check_member(ledger, err);
	return status == BSN_OK ? load_chain(ledger, genesis, err) : status;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **out, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(genesis);
	uint64_t format = bsn_take_number(&in, 1);
	uint64_t time_ms = bsn_take_number(&in, 8);
	bsn_slice member = bsn_take(&in, KEY_LEN);
	bsn_ledger *ledger;
	int32_t status;

	(void)bsn_take_field(&in, 1, CHAIN_NAME_MAX);
	if (format != GENESIS_VERSION || !bsn_taken_all(&in))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this is no genesis of this framework");
	ledger = calloc(1, sizeof(*ledger));
	if (ledger == NULL)
		return no_memory(err);
	ledger->chain = chain;
	ledger->last = &ledger->first;
	ledger->newest.time_ms = time_ms;
	memcpy(ledger->member, member.data, KEY_LEN);
	status = open_ledger(ledger, genesis, err);
	if (status == BSN_OK)
		*out = ledger;
	else
		free(ledger);
	return status;
}

/* The oldest block that is not on disk: its reply, and it is forgotten. */
static bsn_reply *
take_first(bsn_ledger *ledger)
{
	pending *waiting = ledger->first;
	bsn_reply *reply = waiting->reply;

	ledger->first = waiting->next;
	if (ledger->first == NULL)
		ledger->last = &ledger->first;
	free(waiting);
	return reply;
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	if (ledger == NULL)
		return;
	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the chain closes; ask later what became of it");
	while (ledger->first != NULL)
		host.reply->fail(take_first(ledger), BSN_UNAVAILABLE, &err);
	free(ledger);
}

static int32_t answer_tx(const bsn_ledger *ledger, uint64_t number,
			 bsn_reply *reply, bsn_err *err);

/* Only now is it true that something is committed. */
static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	while (ledger->first != NULL && ledger->first->head.number <= cookie) {
		bsn_err err = BSN_ERR_INIT;
		bsn_reply *reply;
		int32_t status;

		ledger->durable = ledger->first->head;
		reply = take_first(ledger);
		status = answer_tx(ledger, ledger->durable.number, reply, &err);
		if (status != BSN_OK)
			host.reply->fail(reply, status, &err);
		host.events->block(ledger->chain, ledger->durable.number);
	}
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	/* It sets none. */
}

/* Answers with JSON, or why there was no memory for it. */
static int32_t
answer_json(bsn_reply *reply, bsn_buf *json, bsn_err *err)
{
	int32_t status = json->bad ? no_memory(err) : BSN_OK;

	if (status == BSN_OK)
		host.reply->value(reply, bsn_buf_slice(json));
	free(json->data);
	return status;
}

static int32_t
chain_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;

	bsn_json(&json,
		 "[{'public_key':$x,'algorithm':'sm2','role':'consensus',"
		 "'name':'','address':''}]",
		 bsn_slice_of(ledger->member, KEY_LEN));
	return answer_json(reply, &json, err);
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = chain_member_algorithm,
	.genesis = chain_genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.members = chain_members,
};

/* ---- bsn_tx_ops ---------------------------------------------------------- */

/* A request in uniform words; it and `args` must live as long as the tx. */
static int32_t
read_request(const bsn_ledger *ledger, const bsn_tx_request *request,
	     arguments *args, tx *out, bsn_err *err)
{
	int32_t status = check_no_options(request->options, "options", err);

	if (status == BSN_OK)
		status = read_arguments(request->args, args, err);
	if (status != BSN_OK)
		return status;
	memset(out, 0, sizeof(*out));
	out->chain = bsn_slice_of(ledger->genesis_hash, HASH_LEN);
	out->signer = request->signer_public_key;
	out->kind = request->kind;
	out->contract = request->contract;
	out->function = request->function;
	out->code = request->kind == BSN_TX_DEPLOY ? request->code : none;
	out->n_args = args->n;
	for (uint32_t i = 0; i < args->n; i++)
		out->args[i] = string_slice(&args->item[i]);
	return check_tx(out, err);
}

static int32_t
answer_signable(const bsn_ledger *ledger, tx *t, bsn_reply *reply, bsn_err *err)
{
	bsn_signable answer = { .size = sizeof(answer),
				.round = 1,
				.convention = BSN_SIGN_STANDARD,
				.algorithm = "sm2" };
	bsn_buf bytes = BSN_BUF_INIT;
	int32_t status;

	put_tx(&bytes, t);
	t->signed_part = answer.message = answer.state = bsn_buf_slice(&bytes);
	status = bytes.bad ? no_memory(err)
			   : tx_id_of(ledger, t, &answer.tx_id, err);
	if (status == BSN_OK)
		host.reply->signable(reply, &answer);
	free(bytes.data);
	return status;
}

/* The nonce is what makes two like requests two transactions. */
static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	uint8_t nonce[NONCE_LEN];
	arguments args;
	tx t;
	int32_t status = read_request(ledger, request, &args, &t, err);

	if (status != BSN_OK)
		return status;
	if (t.signer.len != KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"signer: the key must be of SM2, %u bytes",
				KEY_LEN);
	status = host.random->fill(ledger->chain, nonce, NONCE_LEN);
	if (status != BSN_OK)
		return bsn_fail(err, status, "there are no random numbers");
	t.nonce = bsn_slice_of(nonce, NONCE_LEN);
	return answer_signable(ledger, &t, reply, err);
}

/* Whether bytes are a transaction of this chain, signed by its signer. */
static int32_t
verify_tx(const bsn_ledger *ledger, bsn_slice raw, tx *out, bsn_err *err)
{
	bsn_verify_item item = { .size = sizeof(item),
				 .convention = BSN_SIGN_STANDARD };
	int32_t status = read_tx(raw, out, err);

	if (status != BSN_OK)
		return status;
	if (memcmp(out->chain.data, ledger->genesis_hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the transaction was made for another chain");
	item.public_key = out->signer;
	item.message = out->signed_part;
	item.signature = out->signature;
	status = ledger->sm2->verify(&item);
	return status == BSN_OK
		       ? status
		       : bsn_fail(err, status, "the signature does not verify");
}

/* The state is the message: nothing has to be trusted, for all of it is in the
 * transaction and verified there. */
static int32_t
tx_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	bsn_signable answer = { .size = sizeof(answer) };
	bsn_buf bytes = BSN_BUF_INIT;
	tx t;
	int32_t status;

	if (state.len > TX_MAX || signature.len != SIGNATURE_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"give the state that came with the message, "
				"and a signature of %u bytes",
				SIGNATURE_LEN);
	bsn_put(&bytes, state.data, state.len);
	bsn_put(&bytes, signature.data, signature.len);
	answer.tx = bsn_buf_slice(&bytes);
	status = bytes.bad ? no_memory(err)
			   : verify_tx(ledger, answer.tx, &t, err);
	if (status == BSN_OK)
		status = tx_id_of(ledger, &t, &answer.tx_id, err);
	if (status == BSN_OK)
		host.reply->signable(reply, &answer);
	free(bytes.data);
	return status;
}

static void
submit_one(bsn_ledger *ledger, const bsn_submission *item)
{
	bsn_tx_result accepted = { .size = sizeof(accepted),
				   .stage = BSN_TX_ACCEPTED,
				   .detail = bsn_slice_str("{}") };
	bsn_err err = BSN_ERR_INIT;
	uint64_t number;
	tx t;
	int32_t status = verify_tx(ledger, item->tx, &t, &err);

	if (status == BSN_OK)
		status = tx_id_of(ledger, &t, &accepted.tx_id, &err);
	if (status == BSN_OK &&
	    find_number(ledger, 't', bsn_id_slice(&accepted.tx_id), &number,
			NULL) != BSN_NOT_FOUND)
		status = bsn_fail(&err, BSN_DUPLICATE,
				  "the transaction is in the chain already");
	if (status == BSN_OK)
		status = append(ledger, &t, item->tx, &accepted.tx_id,
				item->reply, &err);
	if (status == BSN_OK)
		host.reply->tx(item->reply, &accepted);
	else
		host.reply->fail(item->reply, status, &err);
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	int32_t status = host.store->writable(ledger->chain, err);

	if (status != BSN_OK)
		return status;
	/* The first record's size is the stride: rule 2 of bsn/base.h. */
	for (uint64_t i = 0; i < n; i++)
		submit_one(ledger, (const void *)((const char *)items +
						  i * items->size));
	return BSN_OK;
}

/* Runs a function and throws away what it changes. */
static int32_t
tx_call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	arguments args;
	run *r;
	tx t;
	int32_t status = read_request(ledger, request, &args, &t, err);

	if (status == BSN_OK && request->kind != BSN_TX_INVOKE)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "kind: only an invocation can be called");
	if (status != BSN_OK)
		return status;
	r = run_new(ledger, t.signer);
	if (r == NULL)
		return no_memory(err);
	status = invoke(r, &t, err);
	if (status == BSN_OK) {
		bsn_json(&json, "{'result':$t,'budget_used':$n}",
			 string_slice(&r->result), r->used);
		status = answer_json(reply, &json, err);
	}
	run_free(r);
	return status;
}

static const char *
kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[BSN_TX_INVOKE] = "invoke",
		[BSN_TX_DEPLOY] = "deploy",
		[BSN_TX_FREEZE] = "freeze",
		[BSN_TX_UNFREEZE] = "unfreeze",
		[BSN_TX_UNINSTALL] = "uninstall",
	};

	return names[kind];
}

/* A transaction and what became of it. */
static void
put_tx_json(bsn_buf *out, const block *from)
{
	bsn_json(out,
		 "{'id':$x,'kind':$s,'signer':$x,'contract':$t,'function':$t,"
		 "'args':[",
		 bsn_id_slice(&from->tx_id), kind_name(from->tx.kind),
		 from->tx.signer, from->tx.contract, from->tx.function);
	for (uint32_t i = 0; i < from->tx.n_args; i++)
		bsn_json(out, i > 0 ? ",$t" : "$t", from->tx.args[i]);
	bsn_json(out, "],'result':$t,'reason':$t,'budget_used':$n}",
		 from->result, from->reason, from->used);
}

/* Answers with the transaction of a block; it is in one that is on disk, or
 * only accepted. */
static int32_t
answer_tx(const bsn_ledger *ledger, uint64_t number, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_tx_result result = { .size = sizeof(result),
				 .stage = BSN_TX_ACCEPTED };
	bsn_buf json = BSN_BUF_INIT;
	block from;
	int32_t status = load_block(ledger, number, &from, err);

	if (status == BSN_OK) {
		put_tx_json(&json, &from);
		status = json.bad ? no_memory(err) : BSN_OK;
	}
	if (status == BSN_OK) {
		result.tx_id = from.tx_id;
		result.detail = bsn_buf_slice(&json);
		if (number <= ledger->durable.number) {
			result.block = number;
			result.status = from.status;
			result.stage = from.status == BSN_OK ? BSN_TX_COMMITTED
							     : BSN_TX_INVALID;
		} else {
			result.detail = bsn_slice_str("{}");
		}
		host.reply->tx(reply, &result);
	}
	free(json.data);
	block_free(&from);
	return status;
}

static int32_t
tx_get(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	uint64_t number;
	int32_t status = find_number(ledger, 't', tx_id, &number, err);

	return status == BSN_OK ? answer_tx(ledger, number, reply, err)
				: status;
}

static const bsn_tx_ops tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = tx_begin,
	.sign_round = tx_sign_round,
	.submit = tx_submit,
	.call = tx_call,
	.get = tx_get,
};

/* ---- bsn_contract_ops ---------------------------------------------------- */

static int32_t
contract_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	       bsn_reply *reply, bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;
	bsn_buf found = BSN_BUF_INIT, json = BSN_BUF_INIT;
	program *p = NULL;
	int32_t status = check_no_options(options, "options", err);

	if (status != BSN_OK)
		return status;
	status = program_new(code, &p, &why);
	if (status < 0)
		return bsn_fail(err, status, "%s", why.reason);
	if (p != NULL)
		put_findings(&found, p);
	else
		put_finding(&found, "syntax", "error", 0, why.reason);
	bsn_json(&json,
		 p != NULL ? "{'ok':true,'findings':[$j]}"
			   : "{'ok':false,'findings':[$j]}",
		 bsn_buf_slice(&found));
	json.bad = json.bad || found.bad;
	free(found.data);
	free(p);
	return answer_json(reply, &json, err);
}

/* The members that a contract and each of its versions have. */
static void
put_contract(bsn_buf *out, bsn_slice name, uint64_t number, uint64_t state,
	     uint64_t block_number)
{
	bsn_json(out,
		 "'name':$t,'version':'$n','address':$t,'state':$s,'block':$n",
		 name, number, name, state_name(state), block_number);
}

static int32_t
put_listed(const bsn_ledger *ledger, uint64_t ordinal, bsn_buf *out,
	   bsn_err *err)
{
	bsn_buf name = BSN_BUF_INIT;
	store_key key;
	contract c;
	int32_t status = store_get(ledger, key_of(&key, 'n', ordinal, 8, none),
				   &name, err);

	if (status == BSN_OK && !is_name(bsn_buf_slice(&name)))
		status = damaged(err, "a contract's name");
	if (status == BSN_OK)
		status = load_contract(ledger, bsn_buf_slice(&name), &c, err);
	if (status == BSN_OK) {
		bsn_put_str(out, "{");
		put_contract(out, bsn_buf_slice(&name), c.versions, c.state,
			     c.block);
		bsn_put_str(out, "}");
	}
	free(name.data);
	return status;
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	uint64_t all = ledger->newest.contracts;
	bsn_buf json = BSN_BUF_INIT;
	uint64_t at = from;
	int32_t status = BSN_OK;

	bsn_json(&json, "{'contracts':[");
	for (; at < all && at - from < limit && at - from < LIST_MAX &&
	       status == BSN_OK;
	     at++) {
		bsn_put_str(&json, at > from ? "," : "");
		status = put_listed(ledger, at, &json, err);
	}
	if (status != BSN_OK) {
		free(json.data);
		return status;
	}
	if (at < all)
		bsn_json(&json, "],'next':$n}", at);
	else
		bsn_json(&json, "],'next':null}");
	return answer_json(reply, &json, err);
}

/* ["put key value", ...] */
static void
put_functions(bsn_buf *out, const program *p)
{
	bsn_json(out, ",'functions':[");
	for (uint32_t i = 0; i < p->functions; i++) {
		const function *f = &p->function[i];

		bsn_json(out, i > 0 ? ",'$j" : "'$j", f->name);
		for (uint32_t j = 0; j < f->parameters; j++)
			bsn_json(out, " $j", f->variable[j]);
		bsn_json(out, "'");
	}
	bsn_json(out, "]");
}

static int32_t
put_version(const bsn_ledger *ledger, bsn_slice name, uint64_t number,
	    bsn_buf *out, bsn_err *err)
{
	program *p = NULL;
	version v;
	int32_t status = load_version(ledger, name, number, &v, err);

	if (status == BSN_OK)
		status = program_new(v.code, &p, err);
	if (status == BSN_OK) {
		bsn_put_str(out, number > 1 ? ",{" : "{");
		put_contract(out, name, number, v.state, v.block);
		put_functions(out, p);
		bsn_put_str(out, "}");
	}
	free(p);
	free(v.bytes.data);
	return status;
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice text, bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	bsn_slice name;
	uint64_t number;
	contract c;
	int32_t status = parse_target(text, &name, &number, err);

	if (status == BSN_OK)
		status = load_contract(ledger, name, &c, err);
	if (status != BSN_OK)
		return status;
	bsn_put_str(&json, "{");
	put_contract(&json, name, c.versions, c.state, c.block);
	bsn_json(&json, ",'owner':$x,'versions':[",
		 bsn_slice_of(c.owner, KEY_LEN));
	for (number = 1; number <= c.versions && status == BSN_OK; number++)
		status = put_version(ledger, name, number, &json, err);
	bsn_put_str(&json, "]}");
	if (status == BSN_OK)
		return answer_json(reply, &json, err);
	free(json.data);
	return status;
}

static const bsn_contract_ops contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.check = contract_check,
	.list = contract_list,
	.get = contract_get,
};

/* ---- bsn_status_ops, bsn_ledger_ops -------------------------------------- */

/* A block is final at once, and nobody but this node vouches for it. */
static const bsn_capabilities capabilities = {
	.size = sizeof(capabilities),
	.finality = BSN_FINALITY_IMMEDIATE,
};

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	int32_t writable = host.store->writable(ledger->chain, NULL);
	bsn_chain_status status = {
		.size = sizeof(status),
		.state = writable == BSN_FULL ? BSN_CHAIN_READONLY
					      : BSN_CHAIN_RUNNING,
		.height = ledger->durable.number,
		.pending_txs = ledger->newest.number - ledger->durable.number,
		.members = 1,
		.connected = 1,
		.detail = bsn_slice_str(
			writable == BSN_FULL
				? "{\"reason\":\"the store is full\"}"
				: "{}"),
		.languages = bsn_slice_str("[\"" FRAMEWORK "\"]"),
		.capabilities = &capabilities,
	};

	host.reply->status(reply, &status);
	return BSN_OK;
}

static const bsn_status_ops status_ops = { .size = sizeof(bsn_status_ops),
					   .get = status_get };

static int32_t
ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_ledger_info info = {
		.size = sizeof(info),
		.height = ledger->durable.number,
		.bytes = ledger->durable.bytes,
		.txs = ledger->durable.number,
		.invalid_txs = ledger->durable.invalid,
		.block_hash = bsn_id_of(ledger->durable.hash, HASH_LEN),
		.detail = bsn_slice_str("{}"),
	};

	host.reply->ledger(reply, &info);
	return BSN_OK;
}

static const bsn_ledger_ops ledger_ops = { .size = sizeof(bsn_ledger_ops),
					   .info = ledger_info };

/* ---- bsn_block_ops ------------------------------------------------------- */

static int32_t
find_block(const bsn_ledger *ledger, const bsn_block_query *query,
	   uint64_t *number, bsn_err *err)
{
	int32_t status = BSN_OK;

	switch (query->by) {
	case BSN_BLOCK_LATEST:
		*number = ledger->durable.number;
		break;
	case BSN_BLOCK_BY_NUMBER:
		*number = query->number;
		break;
	case BSN_BLOCK_BY_HASH:
		status = find_number(ledger, 'h', query->id, number, err);
		break;
	case BSN_BLOCK_BY_TX:
		status = find_number(ledger, 't', query->id, number, err);
		break;
	default:
		return bsn_fail(err, BSN_E_INVALID,
				"by: %u is no way to name a block", query->by);
	}
	if (status == BSN_OK && *number > ledger->durable.number)
		return bsn_fail(err, BSN_NOT_FOUND, "the newest block is %llu",
				(unsigned long long)ledger->durable.number);
	return status;
}

/* {"format":1,"txs":[..],"raw":"0x.."}, of it what is wanted. */
static void
put_block_detail(bsn_buf *out, const block *from, uint64_t want)
{
	bsn_json(out, "{'format':$n", (uint64_t)BLOCK_VERSION);
	if (want & BSN_BLOCK_WITH_TXS) {
		bsn_json(out, ",'txs':[");
		if (from->number > 0)
			put_tx_json(out, from);
		bsn_json(out, "]");
	}
	if (want & BSN_BLOCK_WITH_RAW)
		bsn_json(out, ",'raw':$x", bsn_buf_slice(&from->bytes));
	bsn_json(out, "}");
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_block_info info = { .size = sizeof(info) };
	bsn_buf detail = BSN_BUF_INIT;
	block from;
	int32_t status = find_block(ledger, query, &info.number, err);

	if (status != BSN_OK)
		return status;
	status = load_block(ledger, info.number, &from, err);
	if (status == BSN_OK) {
		put_block_detail(&detail, &from, query->want);
		status = detail.bad ? no_memory(err) : BSN_OK;
	}
	if (status == BSN_OK) {
		info.bytes = from.bytes.len;
		info.txs = from.number > 0;
		info.time_ms = from.time_ms;
		info.hash = bsn_id_of(from.hash, HASH_LEN);
		info.previous_hash = bsn_id_of(from.previous.data, HASH_LEN);
		info.detail = bsn_buf_slice(&detail);
		host.reply->block(reply, &info);
	}
	free(detail.data);
	block_free(&from);
	return status;
}

static const bsn_block_ops block_ops = { .size = sizeof(bsn_block_ops),
					 .get = block_get };

/* ---- bsn_event_ops ------------------------------------------------------- */

static void
tell_block(const block *from, bsn_buf *json, bsn_reply *reply)
{
	bsn_event event = { .size = sizeof(event),
			    .kind = BSN_EVENT_BLOCK,
			    .block = from->number };

	bsn_json(json, "{'number':$n,'hash':$x}", from->number,
		 bsn_slice_of(from->hash, HASH_LEN));
	event.payload = bsn_buf_slice(json);
	if (!json->bad)
		host.reply->event(reply, &event);
}

static void
tell_event(block *from, uint64_t index, bsn_buf *json, bsn_reply *reply)
{
	bsn_slice name = bsn_take_field(&from->events, 1, NAME_LEN_MAX);
	bsn_slice text = bsn_take_field(&from->events, 2, VALUE_MAX);
	bsn_event event = { .size = sizeof(event),
			    .kind = BSN_EVENT_CONTRACT,
			    .block = from->number,
			    .index = index,
			    .tx_id = from->tx_id,
			    .contract = from->tx.contract,
			    .name = name };

	json->len = 0;
	bsn_json(json, "{'text':$t}", text);
	event.payload = bsn_buf_slice(json);
	if (!json->bad)
		host.reply->event(reply, &event);
}

/* All events of one block, or none and why. */
static int32_t
tell_events(const bsn_ledger *ledger, uint64_t number, bsn_reply *reply,
	    bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	block from;
	int32_t status = load_block(ledger, number, &from, err);

	if (status == BSN_OK)
		tell_block(&from, &json, reply);
	for (uint64_t i = 0; status == BSN_OK && i < from.n_events; i++)
		tell_event(&from, i, &json, reply);
	free(json.data);
	block_free(&from);
	return status;
}

static int32_t
event_replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	uint64_t next = from;
	int32_t status = BSN_OK;

	if (to > ledger->durable.number)
		to = ledger->durable.number;
	while (next <= to && next - from < LIST_MAX) {
		status = tell_events(ledger, next, reply, err);
		if (status != BSN_OK)
			break;
		next++;
	}
	/* Once the reply was used, an error waits for the next call. */
	if (status != BSN_OK && next == from)
		return status;
	host.reply->events_end(reply, next);
	return BSN_OK;
}

static const bsn_event_ops event_ops = { .size = sizeof(bsn_event_ops),
					 .replay = event_replay };

/* ==== 8 the plugin ======================================================== */

/* What it claims of the standard, row by row (bsn/standard.h,
 * docs/standard.md): X(symbol, offered, row, detail). What it has not it says,
 * and answers BSN_NOT_OFFERED. */
#define FEATURES(X)                                                          \
	X(sm2, 1, "function.sm2", NULL)                                      \
	X(sm3, 1, "function.sm3", NULL)                                      \
	X(secp256k1, 0, "function.secp256k1", NULL)                          \
	X(multi_chain, 1, "function.multi-chain", NULL)                      \
	X(turing_complete, 1, "function.turing-complete",                    \
	  "{\"budget\":\"instructions\"}")                                   \
	X(encrypted, 1, "function.encrypted-transport", "{\"by\":\"host\"}") \
	X(versions, 1, "function.contract-versions",                         \
	  "{\"address\":\"name@version\"}")                                  \
	X(dynamic_nodes, 0, "function.dynamic-nodes", NULL)                  \
	X(access, 1, "function.access-control",                              \
	  "{\"contracts\":\"deployer\",\"requests\":\"host\"}")              \
	X(config, 1, "chain.config", NULL)                                   \
	X(chain_join, 0, "chain.join", NULL)                                 \
	X(chain_leave, 0, "chain.leave", NULL)                               \
	X(compile, 0, "contract.compile", NULL)                              \
	X(check, 1, "contract.check", NULL)                                  \
	X(deployment, 1, "contract.deploy", NULL)                            \
	X(upgrade, 1, "contract.upgrade",                                    \
	  "{\"by\":\"deployer\",\"old_versions\":\"addressable\"}")          \
	X(freezing, 1, "contract.freeze", "{\"by\":\"deployer\"}")           \
	X(uninstalling, 1, "contract.uninstall", "{\"by\":\"deployer\"}")    \
	X(node_status, 1, "status.node", NULL)                               \
	X(chain_status, 1, "status.chain", NULL)                             \
	X(build, 1, "tx.build", NULL)                                        \
	X(sign, 1, "tx.sign", "{\"rounds\":1}")                              \
	X(sync, 1, "tx.submit-sync", NULL)                                   \
	X(async, 1, "tx.submit-async", NULL)                                 \
	X(query_tx, 1, "tx.query", NULL)                                     \
	X(call, 1, "tx.call", NULL)                                          \
	X(ledger, 1, "ledger.info", NULL)                                    \
	X(blocks, 1, "block.info", NULL)                                     \
	X(block_events, 1, "event.block", NULL)                              \
	X(contract_events, 1, "event.contract", NULL)                        \
	X(finality, 1, "capability.finality", "{\"kind\":\"immediate\"}")

#define FEATURE(symbol, is_offered, its_row, its_detail)                   \
	static const bsn_feature feature_##symbol = { sizeof(bsn_feature), \
						      is_offered, its_row, \
						      its_detail };
FEATURES(FEATURE)

#define FEATURE_POINTER(symbol, is_offered, its_row, its_detail) \
	&feature_##symbol,
static const bsn_feature *const features[] = { FEATURES(FEATURE_POINTER) NULL };

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = FRAMEWORK,
	.features = features,
	.chain = &chain_ops,
	.tx = &tx_ops,
	.contract = &contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Engine of the framework acme",
	.vendor = "Example Vendor",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *from, const bsn_plugin **out, bsn_err *err)
{
	host.store = bsn_host_store(from);
	host.clock = bsn_host_clock(from);
	host.random = bsn_host_random(from);
	host.keys = bsn_host_keys(from);
	host.crypto = bsn_host_crypto(from);
	host.events = bsn_host_events(from);
	host.reply = bsn_host_reply(from);
	if (host.store == NULL || host.clock == NULL || host.random == NULL ||
	    host.keys == NULL || host.crypto == NULL || host.events == NULL ||
	    host.reply == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"this host lacks one of bsn.store/1, "
				"bsn.clock/1, bsn.random/1, bsn.keys/1, "
				"bsn.crypto_by_name/1, bsn.events/1, "
				"bsn.reply/1");
	*out = &plugin;
	return BSN_OK;
}
