/* SPDX-License-Identifier: Apache-2.0
 *
 * tally.c: chains of counters, as an engine for BSN hosts.
 *
 * One contract is built in, and each chain begins with it, as "tally":
 * add(name, n) and get(name) are what it is for; label(name, text) and
 * labelled(name) say what a counter counts. Three are for whoever tries the
 * chain: version(); refuse(name, reason), which labels and then refuses; and
 * fill(name, step), which adds until the counter is full or, with a step of 0,
 * for ever: its budget ends it.
 *
 * The contract's code is its name, "tally/1", or "tally/2", which differs in
 * what version() answers. Deployed under another name it is a set of counters
 * of its own. Its owner, who deployed it first, may deploy it again, which
 * makes the next version with the same counters; freeze it, or one version, as
 * in "name@1"; and uninstall it, for ever. "tally" belongs to the member.
 *
 * One member decides alone, so each transaction is a block of its own: it is
 * executed, and stored with what it changed as one batch, before submit
 * returns.
 *
 * The store's keys are a letter and what it is found by:
 *	h			the latest block's number
 *	b NUMBER		a block, as encoded
 *	s NUMBER		its hash, and the sums of all blocks up to it
 *	i HASH			a block's number
 *	t ID			the number of a transaction's block
 *	d CONTRACT		its owner, state and versions
 *	p POSITION		the name of a contract, in order of deployment
 *	c CONTRACT NUL NAME	a counter
 *	l CONTRACT NUL NAME	its label
 */
#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>

#define HASH 32u
#define PUBLIC_KEY 64u
#define SIGNATURE 64u
#define NONCE 16u
#define CONTRACT_MAX 32u
#define REF_MAX (CONTRACT_MAX + 3) /* name@64 */
#define VERSIONS_MAX 64u
#define NAME_LEN_MAX 64u
#define TEXT_MAX 255u
#define KEY_MAX (1 + CONTRACT_MAX + 1 + NAME_LEN_MAX)
#define GENESIS_MAX 1024u
/* What a double holds exactly: no reader of our JSON sees another number. */
#define COUNT_MAX 9007199254740991u
/* The end of the year 9999: later times cannot be shown. */
#define TIME_MAX 253402300799999u
#define REPLAY_MAX 64u /* blocks at once, so that a replay stays prompt */
#define LIST_MAX 64u
#define BUDGET 10000u /* additions of one call */

#define GENESIS_MAGIC "TLG1"
#define BLOCK_MAGIC "TLB1"
#define TX_MAGIC "TLT1"
#define MAGIC_LEN 4u

/* What a transaction does, or from GET on a call alone. The first four are the
 * owner's. */
#define DEPLOY 1u
#define FREEZE 2u
#define UNFREEZE 3u
#define UNINSTALL 4u
#define ADD 5u
#define FILL 6u
#define LABEL 7u
#define REFUSE 8u
#define GET 9u
#define LABELLED 10u
#define VERSION 11u

/* Found once by bsn_plugin_open, read only afterwards. */
static struct {
	const bsn_store *store;
	const bsn_reply_service *reply;
	const bsn_crypto_by_name *crypto;
	const bsn_events *events;
	const bsn_clock *clock;
	const bsn_random *random;
	const bsn_keys *keys;
} host;

/* The chain after a block. */
struct head {
	uint64_t number, time_ms, bytes, txs, invalid, contracts;
	uint8_t hash[HASH];
};

#define FROZEN 1u
#define GONE 2u

/* A contract; versions count from 1, and 0 of them: there is none. */
struct contract {
	uint8_t owner[PUBLIC_KEY];
	unsigned state, count;
	struct {
		uint64_t block;
		unsigned state, edition;
	} versions[VERSIONS_MAX];
};

/* A call, from a request or from a transaction. */
struct call {
	unsigned op;
	bsn_slice ref, contract; /* "name@1", "name" */
	unsigned version; /* 1; 0: the latest */
	bsn_slice name, text;
	uint64_t n;
	bsn_slice message, chain, signer, signature; /* of a transaction */
	uint8_t id[HASH];
};

/* What a call came to. */
struct outcome {
	int32_t status;
	uint64_t total, spent;
	struct contract contract; /* before it */
};

/* A block that is not yet on disk, and who waits for it. */
struct wait {
	struct wait *next;
	bsn_reply *reply; /* NULL: nobody */
	struct head head;
	struct outcome outcome;
	bsn_id tx_id;
	uint64_t text_len;
	char text[TEXT_MAX]; /* of the call: a refusal's reason */
};

struct bsn_ledger {
	bsn_chain *chain;
	const bsn_hash *sm3;
	const bsn_signature *sm2;
	uint8_t first[HASH]; /* hash of block 0: the chain's name in each tx */
	uint8_t member[PUBLIC_KEY];
	bsn_buf member_name, member_address;
	struct head head; /* of what is stored */
	struct head safe; /* of what is on disk */
	struct wait *first_wait, **last_wait;
};

/* ---- texts --------------------------------------------------------------- */

static int
is_name(bsn_slice name, uint64_t max)
{
	return name.len > 0 && name.len <= max && bsn_is_text(name);
}

static int
is_text(bsn_slice text, const char *word)
{
	return bsn_slice_equal(text, bsn_slice_str(word));
}

/* Which of the contract's editions a code is; 0: it is none. */
static unsigned
edition_of(bsn_slice code)
{
	return is_text(code, "tally/1") ? 1 : is_text(code, "tally/2") ? 2 : 0;
}

static int32_t
no_memory(bsn_err *err)
{
	return bsn_fail(err, BSN_E_NOMEM, "memory ran out");
}

/* Answers with JSON, and frees it. */
static int32_t
answer_json(bsn_reply *reply, bsn_buf *json, bsn_err *err)
{
	int bad = json->bad;

	if (!bad)
		host.reply->value(reply, bsn_buf_slice(json));
	free(json->data);
	return bad ? no_memory(err) : BSN_OK;
}

/* Takes an empty object, or nothing: configs and options have no members, and
 * who gives one has misunderstood and is told its name. */
static int32_t
no_members(bsn_slice json, const char *what, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(json);
	bsn_buf key = BSN_BUF_INIT;
	int32_t status = BSN_BAD_REQUEST;
	int open = bsn_json_char(&in, '{');

	if (json.len == 0)
		return BSN_OK;
	if (open && bsn_json_char(&in, '}')) {
		bsn_json_space(&in);
		if (bsn_taken_all(&in))
			return BSN_OK;
	}
	bsn_json_string(&in, TEXT_MAX, &key);
	if (open && !in.bad)
		bsn_fail(err, status, "%s: \"%.*s\" is not known: give {}",
			 what, (int)key.len, (const char *)key.data);
	else
		bsn_fail(err, status, "%s: give an empty object, {}", what);
	free(key.data);
	return status;
}

/* Takes a count, as a number or as a text of digits: clients in languages
 * whose numbers are doubles send texts. */
static uint64_t
take_count(bsn_reader *json)
{
	bsn_buf digits = BSN_BUF_INIT;
	uint64_t n = 0;
	int quoted = bsn_json_char(json, '"');

	bsn_json_digits(json, &digits);
	for (uint64_t i = 0; i < digits.len && n <= COUNT_MAX; i++)
		n = n * 10 + (uint64_t)(digits.data[i] - '0');
	if (quoted && !bsn_json_char(json, '"'))
		json->bad = 1;
	free(digits.data);
	json->bad = json->bad || n > COUNT_MAX;
	return n;
}

/* ---- the store ----------------------------------------------------------- */

struct key {
	uint8_t bytes[KEY_MAX];
	uint64_t len;
};

static void
key_add(struct key *key, bsn_slice bytes)
{
	if (bytes.len > 0)
		memcpy(key->bytes + key->len, bytes.data, (size_t)bytes.len);
	key->len += bytes.len;
}

static struct key
key_of(char kind, bsn_slice name)
{
	struct key key = { .len = 1 };

	key.bytes[0] = (uint8_t)kind;
	key_add(&key, name);
	return key;
}

/* The key of a counter; no name has a NUL, so no two share one. */
static struct key
counter_key(char kind, const struct call *call)
{
	struct key key = key_of(kind, call->contract);

	key_add(&key, bsn_slice_of("", 1));
	key_add(&key, call->name);
	return key;
}

static struct key
numbered(char kind, uint64_t number)
{
	uint8_t text[8];

	for (unsigned i = 0; i < 8; i++)
		text[i] = (uint8_t)(number >> (56 - 8 * i));
	return key_of(kind, bsn_slice_of(text, 8));
}

static int32_t
fetch(const struct bsn_ledger *ledger, struct key key, bsn_buf *out,
      bsn_err *err)
{
	return host.store->get(ledger->chain, bsn_slice_of(key.bytes, key.len),
			       &out->sink, err);
}

/* Reads a number; BSN_NOT_FOUND when there is none. */
static int32_t
fetch_number(const struct bsn_ledger *ledger, struct key key, uint64_t *n,
	     bsn_err *err)
{
	bsn_buf stored = BSN_BUF_INIT;
	int32_t status = fetch(ledger, key, &stored, err);
	bsn_reader in = bsn_reader_of(bsn_buf_slice(&stored));

	*n = bsn_take_number(&in, 8);
	if (status == BSN_OK && !bsn_taken_all(&in))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: record '%c' is no number",
				  key.bytes[0]);
	free(stored.data);
	return status;
}

struct batch {
	bsn_write writes[8];
	struct key keys[8];
	uint64_t n;
};

static void
batch_put(struct batch *batch, struct key key, bsn_slice value)
{
	bsn_write *write = &batch->writes[batch->n];
	struct key *kept = &batch->keys[batch->n++];

	*kept = key;
	write->size = sizeof(*write);
	write->op = BSN_WRITE_PUT;
	write->key = bsn_slice_of(kept->bytes, kept->len);
	write->value = value;
}

static void
put_head(bsn_buf *out, const struct head *head)
{
	bsn_put(out, head->hash, HASH);
	bsn_put_number(out, head->time_ms, 8);
	bsn_put_number(out, head->bytes, 8);
	bsn_put_number(out, head->txs, 8);
	bsn_put_number(out, head->invalid, 8);
	bsn_put_number(out, head->contracts, 8);
}

static int32_t
load_head(const struct bsn_ledger *ledger, uint64_t number, struct head *head,
	  bsn_err *err)
{
	bsn_buf stored = BSN_BUF_INIT;
	int32_t status = fetch(ledger, numbered('s', number), &stored, err);
	bsn_reader in = bsn_reader_of(bsn_buf_slice(&stored));
	bsn_slice hash = bsn_take(&in, HASH);

	head->number = number;
	head->time_ms = bsn_take_number(&in, 8);
	head->bytes = bsn_take_number(&in, 8);
	head->txs = bsn_take_number(&in, 8);
	head->invalid = bsn_take_number(&in, 8);
	head->contracts = bsn_take_number(&in, 8);
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && !bsn_taken_all(&in)))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: the sums of block %llu are lost",
				  (unsigned long long)number);
	if (status == BSN_OK)
		memcpy(head->hash, hash.data, HASH);
	free(stored.data);
	return status;
}

static void
put_contract(bsn_buf *out, const struct contract *contract)
{
	bsn_put_number(out, contract->state, 1);
	bsn_put(out, contract->owner, PUBLIC_KEY);
	bsn_put_number(out, contract->count, 1);
	for (unsigned i = 0; i < contract->count; i++) {
		bsn_put_number(out, contract->versions[i].block, 8);
		bsn_put_number(out, contract->versions[i].state, 1);
		bsn_put_number(out, contract->versions[i].edition, 1);
	}
}

static int
read_contract(bsn_slice bytes, struct contract *contract)
{
	bsn_reader in = bsn_reader_of(bytes);
	bsn_slice owner;
	unsigned count;

	contract->state = (unsigned)bsn_take_number(&in, 1);
	owner = bsn_take(&in, PUBLIC_KEY);
	count = (unsigned)bsn_take_number(&in, 1);
	if (in.bad || count == 0 || count > VERSIONS_MAX)
		return 0;
	for (unsigned i = 0; i < count; i++) {
		contract->versions[i].block = bsn_take_number(&in, 8);
		contract->versions[i].state = (unsigned)bsn_take_number(&in, 1);
		contract->versions[i].edition =
			(unsigned)bsn_take_number(&in, 1);
	}
	memcpy(contract->owner, owner.data, PUBLIC_KEY);
	contract->count = count;
	return bsn_taken_all(&in);
}

/* Reads a contract; BSN_NOT_FOUND, and no versions, when there is none. */
static int32_t
load_contract(const struct bsn_ledger *ledger, bsn_slice name,
	      struct contract *contract, bsn_err *err)
{
	static const struct contract none;
	bsn_buf stored = BSN_BUF_INIT;
	int32_t status = fetch(ledger, key_of('d', name), &stored, err);

	*contract = none;
	if (status == BSN_OK &&
	    !read_contract(bsn_buf_slice(&stored), contract))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: a contract is not what it was");
	free(stored.data);
	return status;
}

/* ---- transactions -------------------------------------------------------- */

/* What is signed: it names the chain, and has a nonce that no other
 * transaction has, so it counts once and in one place. */
static void
put_message(bsn_buf *out, const struct bsn_ledger *ledger,
	    const struct call *call, const uint8_t *nonce)
{
	bsn_put(out, TX_MAGIC, MAGIC_LEN);
	bsn_put(out, ledger->first, HASH);
	bsn_put(out, call->signer.data, PUBLIC_KEY);
	bsn_put(out, nonce, NONCE);
	bsn_put_number(out, call->op, 1);
	bsn_put_field(out, call->ref, 1);
	bsn_put_field(out, call->name, 1);
	bsn_put_field(out, call->text, 1);
	bsn_put_number(out, call->n, 8);
}

static int32_t
digest(const struct bsn_ledger *ledger, bsn_slice bytes, uint8_t *hash,
       bsn_err *err)
{
	int32_t status = ledger->sm3->digest(&bytes, 1, hash);

	return status == BSN_OK
		     ? BSN_OK
		     : bsn_fail(err, status, "SM3 failed: try again");
}

/* Takes "name" or "name@version" apart; 1 when it is one. */
static int
read_ref(struct call *call)
{
	bsn_slice ref = call->ref;
	uint64_t at = 0;

	call->version = 0;
	while (at < ref.len && ref.data[at] != '@')
		at++;
	call->contract = bsn_slice_of(ref.data, at);
	if (!is_name(call->contract, CONTRACT_MAX))
		return 0;
	if (at == ref.len)
		return 1;
	for (uint64_t i = at + 1; i < ref.len && i < at + 3; i++)
		if (ref.data[i] >= '0' && ref.data[i] <= '9')
			call->version = call->version * 10 +
					(unsigned)(ref.data[i] - '0');
	/* One spelling for each: no sign, no zero in front, nothing behind. */
	return call->version > 0 &&
	       ref.len == at + (call->version < 10 ? 2u : 3u) &&
	       ref.data[ref.len - 1] == (uint8_t)('0' + call->version % 10);
}

/* 1 when a transaction says what can be: it is checked again in each, since
 * anybody may have made it. */
static int
is_sound(const struct call *call)
{
	if (call->op == 0 || call->op >= GET || call->n > COUNT_MAX)
		return 0;
	if (call->op <= UNINSTALL)
		return call->name.len == 0 && call->n == 0 &&
		       (call->op == DEPLOY ? edition_of(call->text) > 0
					   : call->text.len == 0);
	if (!is_name(call->name, NAME_LEN_MAX) || !bsn_is_text(call->text))
		return 0;
	if (call->op == ADD || call->op == FILL)
		return call->text.len == 0;
	/* Who refuses says why. */
	return call->n == 0 && (call->op == LABEL || call->text.len > 0);
}

/* Takes a message, and its signature when there must be one, apart. */
static int32_t
read_message(const struct bsn_ledger *ledger, bsn_slice bytes,
	     uint64_t signature, struct call *call, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(bytes);
	bsn_slice magic = bsn_take(&in, MAGIC_LEN);

	call->chain = bsn_take(&in, HASH);
	call->signer = bsn_take(&in, PUBLIC_KEY);
	(void)bsn_take(&in, NONCE);
	call->op = (unsigned)bsn_take_number(&in, 1);
	call->ref = bsn_take_field(&in, 1, REF_MAX);
	call->name = bsn_take_field(&in, 1, NAME_LEN_MAX);
	call->text = bsn_take_field(&in, 1, TEXT_MAX);
	call->n = bsn_take_number(&in, 8);
	call->message = bsn_slice_of(bytes.data, bytes.len - in.rest.len);
	call->signature = bsn_take(&in, signature);
	if (!bsn_taken_all(&in) || !is_text(magic, TX_MAGIC) ||
	    !read_ref(call) || !is_sound(call))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this is no transaction of tally: make one "
				"with begin");
	return digest(ledger, call->message, call->id, err);
}

static int32_t
check_message(const struct bsn_ledger *ledger, const struct call *call,
	      bsn_err *err)
{
	bsn_verify_item item = {
		.size = sizeof(item),
		.convention = BSN_SIGN_STANDARD,
		.public_key = call->signer,
		.message = call->message,
		.signature = call->signature,
	};
	int32_t status;

	if (!bsn_slice_equal(call->chain, bsn_slice_of(ledger->first, HASH)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the transaction is for another chain");
	if (call->signature.len != SIGNATURE)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"an SM2 signature has %u bytes", SIGNATURE);
	status = ledger->sm2->verify(&item);
	return status == BSN_OK
		     ? BSN_OK
		     : bsn_fail(err, status,
				"the SM2 signature does not verify: sign the "
				"message with the key that begin was given");
}

/* ---- execution ----------------------------------------------------------- */

/* Why a chain says no: its blocks keep a status, and a refusal its text. */
static bsn_slice
reason_of(int32_t status, bsn_slice text)
{
	switch (status) {
	case BSN_REVERTED:
		if (text.len > 0)
			return text;
		return bsn_slice_str("the counter would be over "
				     "9007199254740991");
	case BSN_OUT_OF_BUDGET:
		return bsn_slice_str("the call has made 10000 additions and "
				     "not come to an end");
	case BSN_NOT_FOUND:
		return bsn_slice_str("there is no such contract: deploy it");
	case BSN_DENIED:
		return bsn_slice_str("only the contract's owner, who deployed "
				     "it, may do this");
	case BSN_FROZEN:
		return bsn_slice_str("the contract or version is frozen: its "
				     "owner may unfreeze it");
	case BSN_TOO_LARGE:
		return bsn_slice_str("a contract has at most 64 versions");
	case BSN_BAD_REQUEST:
		return bsn_slice_str("a version alone is not deployed or "
				     "uninstalled: give the name");
	default:
		return bsn_slice_str("it contradicts what is there: the name "
				     "is uninstalled, or it is so already");
	}
}

/* Adds, until the counter is full when it is to be filled. */
static void
count(const struct call *call, struct outcome *outcome)
{
	uint64_t n = call->n;

	if (outcome->total > COUNT_MAX || n > COUNT_MAX - outcome->total) {
		outcome->status = BSN_REVERTED;
		return;
	}
	do {
		outcome->total += n;
		outcome->spent++;
	} while (call->op == FILL && n <= COUNT_MAX - outcome->total &&
		 outcome->spent < BUDGET);
	if (call->op == FILL && n <= COUNT_MAX - outcome->total)
		outcome->status = BSN_OUT_OF_BUDGET;
}

static int
counts(unsigned op)
{
	return op == ADD || op == FILL || op == GET;
}

/* What the owner of a contract that there is may do with it now. */
static int32_t
manage(const struct call *call, const struct contract *contract)
{
	unsigned state = call->version > 0
			       ? contract->versions[call->version - 1].state
			       : contract->state;

	if (!bsn_slice_equal(call->signer,
			     bsn_slice_of(contract->owner, PUBLIC_KEY)))
		return BSN_DENIED;
	if (call->op == FREEZE || call->op == UNFREEZE)
		return (state == FROZEN) == (call->op == FREEZE) ? BSN_CONFLICT
								 : BSN_OK;
	if (call->version > 0)
		return BSN_BAD_REQUEST;
	if (call->op == UNINSTALL)
		return BSN_OK;
	return contract->state == FROZEN       ? BSN_FROZEN
	     : contract->count == VERSIONS_MAX ? BSN_TOO_LARGE
					       : BSN_OK;
}

/* Whether a contract takes a call now. */
static int32_t
may_run(const struct call *call, const struct contract *contract)
{
	unsigned version = call->version > 0 ? call->version : contract->count;

	if (call->op == DEPLOY && contract->count == 0)
		return call->version > 0 ? BSN_BAD_REQUEST : BSN_OK;
	if (call->op == DEPLOY && contract->state == GONE)
		return BSN_CONFLICT; /* so that nobody takes its place */
	if (version == 0 || version > contract->count ||
	    contract->state == GONE)
		return BSN_NOT_FOUND;
	if (call->op <= UNINSTALL)
		return manage(call, contract);
	if (contract->state == FROZEN ||
	    contract->versions[version - 1].state == FROZEN)
		return BSN_FROZEN;
	return call->op == REFUSE ? BSN_REVERTED : BSN_OK;
}

/* Runs a call on the latest state, and changes nothing. */
static int32_t
run(const struct bsn_ledger *ledger, const struct call *call,
    struct outcome *outcome, bsn_err *err)
{
	int32_t status;

	outcome->total = outcome->spent = 0;
	status = load_contract(ledger, call->contract, &outcome->contract, err);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	outcome->status = may_run(call, &outcome->contract);
	if (outcome->status != BSN_OK || !counts(call->op))
		return BSN_OK;
	status = fetch_number(ledger, counter_key('c', call), &outcome->total,
			      err);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (call->op != GET)
		count(call, outcome);
	return BSN_OK;
}

static const struct function {
	const char *name, *usage;
	unsigned op;
} functions[] = {
	{ "add", "[name, n], n a whole number up to 9007199254740991", ADD },
	{ "fill", "[name, step], a step as add's n", FILL },
	{ "label", "[name, text], the text of at most 255 bytes", LABEL },
	{ "refuse", "[name, reason], the reason of 1 to 255 bytes", REFUSE },
	{ "get", "[name]", GET },
	{ "labelled", "[name]", LABELLED },
	{ "version", "[]", VERSION },
};

static const struct function *
function_named(bsn_slice name)
{
	for (unsigned i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (is_text(name, functions[i].name))
			return &functions[i];
	return NULL;
}

/* Reads the arguments of call->op; 1 when they are right. */
static int
read_args(bsn_slice json, bsn_buf *name, bsn_buf *text, struct call *call)
{
	bsn_reader in = bsn_reader_of(json);
	int texts = call->op == LABEL || call->op == REFUSE;
	int numbers = call->op == ADD || call->op == FILL;
	int bad = !bsn_json_char(&in, '[');

	if (call->op != VERSION)
		bsn_json_string(&in, NAME_LEN_MAX, name);
	if (texts || numbers)
		bad = bad || !bsn_json_char(&in, ',');
	if (numbers)
		call->n = take_count(&in);
	if (texts)
		bsn_json_string(&in, TEXT_MAX, text);
	bad = bad || !bsn_json_char(&in, ']');
	bsn_json_space(&in);
	call->name = bsn_buf_slice(name);
	call->text = bsn_buf_slice(text);
	if (call->op == REFUSE && call->text.len == 0)
		return 0;
	return !bad && bsn_taken_all(&in) &&
	       (call->op == VERSION || is_name(call->name, NAME_LEN_MAX));
}

static int32_t
read_invoke(const bsn_tx_request *request, bsn_buf *name, bsn_buf *text,
	    struct call *call, bsn_err *err)
{
	const struct function *function = function_named(request->function);

	if (function == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"function: there are add, fill, label, refuse, "
				"get, labelled and version");
	call->op = function->op;
	if (!read_args(request->args, name, text, call))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"args: give %s; a name has 1 to 64 bytes",
				function->usage);
	return BSN_OK;
}

/* Reads what is done to a contract as a whole. */
static int32_t
read_manage(const bsn_tx_request *request, struct call *call, bsn_err *err)
{
	bsn_reader args = bsn_reader_of(request->args);
	int some = request->args.len > 0 &&
		   (!bsn_json_char(&args, '[') || !bsn_json_char(&args, ']'));

	bsn_json_space(&args);
	call->op = request->kind - BSN_TX_DEPLOY + DEPLOY;
	if (some || !bsn_taken_all(&args) || request->function.len > 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"args, function: only a call has them");
	if (call->op != DEPLOY)
		return BSN_OK;
	call->text = request->code;
	if (edition_of(request->code) == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"code: give the text tally/1 or tally/2, the "
				"contract that is built in");
	return BSN_OK;
}

/* Reads what begin and call have in common; `name` and `text` keep what the
 * call is of. It is run on the latest state. */
static int32_t
read_request(const struct bsn_ledger *ledger, const bsn_tx_request *request,
	     bsn_buf *name, bsn_buf *text, struct call *call,
	     struct outcome *outcome, bsn_err *err)
{
	int32_t status = no_members(request->options, "options", err);

	call->ref = request->contract;
	if (status == BSN_OK && !read_ref(call))
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "contract: give name or name@version, a name "
				  "of 1 to 32 bytes without @");
	if (status == BSN_OK && request->kind != BSN_TX_INVOKE)
		status = read_manage(request, call, err);
	else if (status == BSN_OK)
		status = read_invoke(request, name, text, call, err);
	return status == BSN_OK ? run(ledger, call, outcome, err) : status;
}

static int32_t
say_no(const struct outcome *outcome, const struct call *call, bsn_err *err)
{
	bsn_slice why = reason_of(outcome->status, call->text);

	return bsn_fail(err, outcome->status, "%.*s", (int)why.len,
			(const char *)why.data);
}

/* ---- blocks -------------------------------------------------------------- */

struct block {
	bsn_buf raw;
	struct head head;
	uint64_t number, time_ms;
	bsn_slice previous;
	struct outcome outcome;
	bsn_slice content; /* the genesis in block 0, else a transaction */
	struct call call;
};

static void
put_block(bsn_buf *out, const struct head *previous, const struct head *head,
	  const struct outcome *outcome, bsn_slice content)
{
	bsn_put(out, BLOCK_MAGIC, MAGIC_LEN);
	bsn_put_number(out, head->number, 8);
	bsn_put_number(out, head->time_ms, 8);
	bsn_put(out, previous->hash, HASH);
	bsn_put_number(out, (uint64_t)outcome->status, 1);
	bsn_put_number(out, outcome->total, 8);
	bsn_put_field(out, content, 4);
}

static int
read_block(const struct bsn_ledger *ledger, struct block *block)
{
	bsn_reader in = bsn_reader_of(bsn_buf_slice(&block->raw));
	bsn_slice magic = bsn_take(&in, MAGIC_LEN);
	uint8_t hash[HASH];

	block->number = bsn_take_number(&in, 8);
	block->time_ms = bsn_take_number(&in, 8);
	block->previous = bsn_take(&in, HASH);
	block->outcome.status = (int32_t)bsn_take_number(&in, 1);
	block->outcome.total = bsn_take_number(&in, 8);
	block->content = bsn_take_field(&in, 4, GENESIS_MAX);
	return bsn_taken_all(&in) && is_text(magic, BLOCK_MAGIC) &&
	       block->number == block->head.number &&
	       digest(ledger, bsn_buf_slice(&block->raw), hash, NULL) == 0 &&
	       memcmp(hash, block->head.hash, HASH) == 0 &&
	       (block->number == 0 ||
		read_message(ledger, block->content, SIGNATURE, &block->call,
			     NULL) == BSN_OK);
}

/* Loads a block that must be there; its `raw` is to be freed in any case. */
static int32_t
load_block(const struct bsn_ledger *ledger, uint64_t number,
	   struct block *block, bsn_err *err)
{
	static const struct block empty = { .raw = BSN_BUF_INIT };
	int32_t status;

	*block = empty;
	status = load_head(ledger, number, &block->head, err);
	if (status == BSN_OK)
		status = fetch(ledger, numbered('b', number), &block->raw, err);
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && !read_block(ledger, block)))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: block %llu is not what it was",
				  (unsigned long long)number);
	return status;
}

/* What the owner has changed of a contract. */
static void
put_managed(bsn_buf *out, const struct wait *made, const struct call *call)
{
	struct contract after = made->outcome.contract;
	unsigned state = call->op == FREEZE    ? FROZEN
		       : call->op == UNINSTALL ? GONE
					       : 0;

	if (call->op == DEPLOY) {
		memcpy(after.owner, call->signer.data, PUBLIC_KEY);
		after.versions[after.count].block = made->head.number;
		after.versions[after.count++].edition = edition_of(call->text);
	} else if (call->version > 0) {
		after.versions[call->version - 1].state = state;
	} else {
		after.state = state;
	}
	put_contract(out, &after);
}

static int
is_new_contract(const struct call *call, const struct outcome *outcome)
{
	return call->op == DEPLOY && outcome->status == BSN_OK &&
	       outcome->contract.count == 0;
}

/* What an effective transaction changes; `kept` keeps it. */
static void
put_effects(struct batch *batch, const struct wait *made,
	    const struct call *call, bsn_buf *kept)
{
	if (call->op <= UNINSTALL) {
		put_managed(kept, made, call);
		batch_put(batch, key_of('d', call->contract),
			  bsn_buf_slice(kept));
	} else if (counts(call->op)) {
		bsn_put_number(kept, made->outcome.total, 8);
		batch_put(batch, counter_key('c', call), bsn_buf_slice(kept));
	} else {
		batch_put(batch, counter_key('l', call), call->text);
	}
	/* What a chain begins with was never deployed: it is not listed. */
	if (made->head.number > 0 && is_new_contract(call, &made->outcome))
		batch_put(batch, numbered('p', made->head.contracts - 1),
			  call->contract);
}

/* The batch of one block: all that it changes, or nothing. */
static int32_t
store_block(const struct bsn_ledger *ledger, const struct wait *made,
	    const struct call *call, const bsn_buf *raw, bsn_err *err)
{
	bsn_buf number = BSN_BUF_INIT, sums = BSN_BUF_INIT, kept = BSN_BUF_INIT;
	struct batch batch = { .n = 0 };
	const struct head *head = &made->head;
	int32_t status;

	bsn_put_number(&number, head->number, 8);
	put_head(&sums, head);
	batch_put(&batch, key_of('h', bsn_slice_of(NULL, 0)),
		  bsn_buf_slice(&number));
	batch_put(&batch, numbered('b', head->number), bsn_buf_slice(raw));
	batch_put(&batch, numbered('s', head->number), bsn_buf_slice(&sums));
	batch_put(&batch, key_of('i', bsn_slice_of(head->hash, HASH)),
		  bsn_buf_slice(&number));
	if (head->number > 0)
		batch_put(&batch, key_of('t', bsn_slice_of(call->id, HASH)),
			  bsn_buf_slice(&number));
	if (made->outcome.status == BSN_OK)
		put_effects(&batch, made, call, &kept);
	/* A cookie of 0 would ask for no durable(). */
	status = number.bad || sums.bad || kept.bad
		       ? no_memory(err)
		       : host.store->commit(ledger->chain, batch.writes,
					    batch.n, head->number + 1, err);
	free(number.data);
	free(sums.data);
	free(kept.data);
	return status;
}

/* Makes the next block, with a transaction or, as the first, the genesis. */
static int32_t
append(struct bsn_ledger *ledger, struct wait *made, const struct call *call,
       bsn_slice content, bsn_err *err)
{
	bsn_buf raw = BSN_BUF_INIT;
	int32_t status;

	put_block(&raw, &ledger->head, &made->head, &made->outcome, content);
	made->head.bytes = ledger->head.bytes + raw.len;
	status = raw.bad ? no_memory(err)
			 : digest(ledger, bsn_buf_slice(&raw), made->head.hash,
				  err);
	if (status == BSN_OK)
		status = store_block(ledger, made, call, &raw, err);
	if (status == BSN_OK) {
		ledger->head = made->head;
		*ledger->last_wait = made;
		ledger->last_wait = &made->next;
	}
	free(raw.data);
	return status;
}

/* ---- chain --------------------------------------------------------------- */

/* What a genesis says. */
struct genesis {
	bsn_slice name, key, member_name, member_address;
	uint64_t time_ms;
};

static int
is_chain_name(bsn_slice name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	for (uint64_t i = 0; i < name.len; i++)
		if (memchr(letters, name.data[i], sizeof(letters) - 1) == NULL)
			return 0;
	return name.len > 0 && name.len < 64;
}

static int32_t
check_genesis(const struct genesis *genesis, bsn_err *err)
{
	if (!is_chain_name(genesis->name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"name: give 1 to 63 of a-z, 0-9 and -");
	if (genesis->time_ms == 0 || genesis->time_ms > TIME_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"time_ms: give milliseconds since 1970, up to "
				"the year 9999");
	if (genesis->key.len != PUBLIC_KEY)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member: an SM2 public key has %u bytes",
				PUBLIC_KEY);
	if (genesis->member_name.len > TEXT_MAX ||
	    !bsn_is_text(genesis->member_name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member: its name is UTF-8 of at most 255 "
				"bytes");
	if (genesis->member_address.len > TEXT_MAX ||
	    !bsn_is_text(genesis->member_address))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member: its address is UTF-8 of at most 255 "
				"bytes");
	return BSN_OK;
}

static int32_t
read_genesis(bsn_slice bytes, struct genesis *genesis, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(bytes);
	bsn_slice magic = bsn_take(&in, MAGIC_LEN);

	genesis->name = bsn_take_field(&in, 1, TEXT_MAX);
	genesis->time_ms = bsn_take_number(&in, 8);
	genesis->key = bsn_take_field(&in, 1, TEXT_MAX);
	genesis->member_name = bsn_take_field(&in, 1, TEXT_MAX);
	genesis->member_address = bsn_take_field(&in, 1, TEXT_MAX);
	if (!bsn_taken_all(&in) || !is_text(magic, GENESIS_MAGIC))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the genesis is none of tally's, or cut off");
	return check_genesis(genesis, err);
}

static int32_t
chain_member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	int32_t status = no_members(config, "config", err);

	if (status == BSN_OK)
		*algorithm = "sm2";
	return status;
}

static int32_t
check_member(const bsn_genesis *from, bsn_err *err)
{
	const bsn_member *member = from->members;

	if (from->member_count != 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"members: a tally has one, who decides alone");
	if (member->role != BSN_ROLE_CONSENSUS)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member: its role must be consensus");
	if (member->algorithm == NULL || strcmp(member->algorithm, "sm2") != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member: its key must be of sm2");
	return BSN_OK;
}

static int32_t
chain_genesis(const bsn_genesis *from, bsn_sink *out, bsn_err *err)
{
	bsn_buf bytes = BSN_BUF_INIT;
	struct genesis genesis = { .name = from->name };
	int32_t status = no_members(from->config, "config", err);

	if (status == BSN_OK)
		status = check_member(from, err);
	if (status != BSN_OK)
		return status;
	genesis.time_ms = from->time_ms;
	genesis.key = from->members->public_key;
	genesis.member_name = from->members->name;
	genesis.member_address = from->members->address;
	status = check_genesis(&genesis, err);
	if (status != BSN_OK)
		return status;
	bsn_put(&bytes, GENESIS_MAGIC, MAGIC_LEN);
	bsn_put_field(&bytes, genesis.name, 1);
	bsn_put_number(&bytes, genesis.time_ms, 8);
	bsn_put_field(&bytes, genesis.key, 1);
	bsn_put_field(&bytes, genesis.member_name, 1);
	bsn_put_field(&bytes, genesis.member_address, 1);
	status = bytes.bad ? no_memory(err)
			   : out->write(out, bytes.data, bytes.len);
	if (status != BSN_OK && !bytes.bad)
		bsn_fail(err, status, "the genesis was not taken");
	free(bytes.data);
	return status;
}

/* A chain of one is decided by the node that has the member's key; another
 * one that made blocks would make another chain of the same name. */
static int32_t
check_key(const struct bsn_ledger *ledger, bsn_err *err)
{
	uint8_t key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink own = bsn_fixed_sink_of(key, sizeof(key));
	int32_t status = host.keys->node_public_key(ledger->chain, "sm2",
						    &own.sink, err);

	if (status == BSN_OK && (own.len != PUBLIC_KEY ||
				 memcmp(key, ledger->member, own.len) != 0))
		status = bsn_fail(err, BSN_DENIED,
				  "this node is not the chain's member: open "
				  "the chain where its key is");
	return status;
}

static int32_t
begin_store(struct bsn_ledger *ledger, bsn_slice genesis, uint64_t time_ms,
	    bsn_err *err)
{
	struct wait *made = calloc(1, sizeof(*made));
	struct call call = {
		.op = DEPLOY,
		.contract = bsn_slice_str("tally"),
		.text = bsn_slice_str("tally/1"),
		.signer = bsn_slice_of(ledger->member, PUBLIC_KEY),
	};
	int32_t status;

	if (made == NULL)
		return no_memory(err);
	made->head.time_ms = time_ms;
	status = append(ledger, made, &call, genesis, err);
	if (status != BSN_OK)
		free(made);
	memcpy(ledger->first, ledger->head.hash, HASH);
	/* Block 0 is there at once: it is made again from the genesis, which
	 * the host keeps, should its batch be lost. */
	ledger->safe = ledger->head;
	return status;
}

/* A head that is behind the blocks would have them written over. */
static int32_t
check_latest(const struct bsn_ledger *ledger, bsn_err *err)
{
	bsn_buf next = BSN_BUF_INIT;
	int32_t status = fetch(ledger, numbered('b', ledger->head.number + 1),
			       &next, err);

	free(next.data);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the store: its head is not the latest block");
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* Goes on from a store, whose first block must be this genesis. What a store
 * has when it is opened is on disk. */
static int32_t
resume_store(struct bsn_ledger *ledger, bsn_slice genesis, uint64_t latest,
	     bsn_err *err)
{
	struct block block;
	int32_t status = load_block(ledger, 0, &block, err);

	if (status == BSN_OK && !bsn_slice_equal(block.content, genesis))
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "the store is of another chain: give the "
				  "genesis that it was begun with");
	if (status == BSN_OK)
		memcpy(ledger->first, block.head.hash, HASH);
	free(block.raw.data);
	if (status != BSN_OK)
		return status;
	status = load_block(ledger, latest, &block, err);
	ledger->head = ledger->safe = block.head;
	free(block.raw.data);
	return status == BSN_OK ? check_latest(ledger, err) : status;
}

static int32_t
open_store(struct bsn_ledger *ledger, bsn_slice genesis, uint64_t time_ms,
	   bsn_err *err)
{
	bsn_buf first = BSN_BUF_INIT;
	uint64_t latest;
	int32_t status = fetch_number(
		ledger, key_of('h', bsn_slice_of(NULL, 0)), &latest, err);

	if (status == BSN_OK)
		return resume_store(ledger, genesis, latest, err);
	if (status != BSN_NOT_FOUND)
		return status;
	/* A store that has lost its head must not be begun anew. */
	status = fetch(ledger, numbered('b', 0), &first, err);
	free(first.data);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the store: its head is lost");
	return status == BSN_NOT_FOUND
		     ? begin_store(ledger, genesis, time_ms, err)
		     : status;
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_err why = BSN_ERR_INIT;

	if (ledger == NULL)
		return;
	bsn_fail(&why, BSN_UNAVAILABLE,
		 "the chain closes: ask for the transaction later");
	while (ledger->first_wait != NULL) {
		struct wait *wait = ledger->first_wait;

		ledger->first_wait = wait->next;
		if (wait->reply != NULL)
			host.reply->fail(wait->reply, BSN_UNAVAILABLE, &why);
		free(wait);
	}
	free(ledger->member_name.data);
	free(ledger->member_address.data);
	free(ledger);
}

static int32_t
ledger_new(bsn_chain *chain, const struct genesis *genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	static const struct bsn_ledger empty = {
		.member_name = BSN_BUF_INIT,
		.member_address = BSN_BUF_INIT,
	};
	struct bsn_ledger *made = malloc(sizeof(*made));

	if (made == NULL)
		return no_memory(err);
	*made = empty;
	made->chain = chain;
	made->last_wait = &made->first_wait;
	made->sm2 = host.crypto->signature("sm2");
	made->sm3 = host.crypto->hash("sm3");
	memcpy(made->member, genesis->key.data, PUBLIC_KEY);
	bsn_put(&made->member_name, genesis->member_name.data,
		genesis->member_name.len);
	bsn_put(&made->member_address, genesis->member_address.data,
		genesis->member_address.len);
	*ledger = made;
	if (made->member_name.bad || made->member_address.bad)
		return no_memory(err);
	if (made->sm2 == NULL || made->sm3 == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"this host has no plugin for sm2 and sm3");
	return BSN_OK;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice bytes, bsn_ledger **ledger, bsn_err *err)
{
	struct genesis genesis;
	struct bsn_ledger *made = NULL;
	int32_t status = read_genesis(bytes, &genesis, err);

	if (status == BSN_OK)
		status = ledger_new(chain, &genesis, &made, err);
	if (status == BSN_OK)
		status = check_key(made, err);
	if (status == BSN_OK)
		status = open_store(made, bytes, genesis.time_ms, err);
	if (status != BSN_OK)
		chain_close(made);
	else
		*ledger = made;
	return status;
}

static int32_t
chain_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;

	bsn_json(&json,
		 "[{'public_key':$x,'algorithm':'sm2','role':'consensus',"
		 "'name':$t,'address':$t}]",
		 bsn_slice_of(ledger->member, PUBLIC_KEY),
		 bsn_buf_slice(&ledger->member_name),
		 bsn_buf_slice(&ledger->member_address));
	return answer_json(reply, &json, err);
}

/* ---- answers about transactions ------------------------------------------ */

static int32_t
answer_tx(bsn_reply *reply, uint32_t stage, const bsn_id *id, uint64_t block,
	  const struct outcome *outcome, bsn_slice text, bsn_err *err)
{
	bsn_tx_result result = { .size = sizeof(result), .stage = stage };
	bsn_buf json = BSN_BUF_INIT;
	int bad;

	result.tx_id = *id;
	if (stage == BSN_TX_ACCEPTED) {
		bsn_put_str(&json, "{}");
	} else {
		result.block = block;
		result.status = outcome->status;
		if (outcome->status == BSN_OK)
			bsn_json(&json, "{'total':$n}", outcome->total);
		else
			bsn_json(&json, "{'reason':$t}",
				 reason_of(outcome->status, text));
	}
	result.detail = bsn_buf_slice(&json);
	bad = json.bad;
	if (!bad)
		host.reply->tx(reply, &result);
	free(json.data);
	return bad ? no_memory(err) : BSN_OK;
}

static uint32_t
final_stage(const struct outcome *outcome)
{
	return outcome->status == BSN_OK ? BSN_TX_COMMITTED : BSN_TX_INVALID;
}

static void
answer_wait(const struct wait *wait)
{
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (wait->reply == NULL)
		return;
	status = answer_tx(wait->reply, final_stage(&wait->outcome),
			   &wait->tx_id, wait->head.number, &wait->outcome,
			   bsn_slice_of(wait->text, wait->text_len), &why);
	if (status != BSN_OK)
		host.reply->fail(wait->reply, status, &why);
}

static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	/* Nothing is said of a block that was never made. */
	if (cookie > ledger->head.number + 1)
		return;
	while (ledger->first_wait != NULL &&
	       ledger->first_wait->head.number < cookie) {
		struct wait *wait = ledger->first_wait;

		ledger->first_wait = wait->next;
		if (wait->next == NULL)
			ledger->last_wait = &ledger->first_wait;
		ledger->safe = wait->head;
		answer_wait(wait);
		host.events->block(ledger->chain, wait->head.number);
		free(wait);
	}
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	(void)ledger; /* a tally waits for nothing but its disk */
	(void)id;
}

/* ---- tx ------------------------------------------------------------------ */

static int32_t
check_kind(const bsn_tx_request *request, bsn_err *err)
{
	if (request->kind >= BSN_TX_INVOKE && request->kind <= BSN_TX_UNINSTALL)
		return BSN_OK;
	if (request->kind == BSN_TX_MEMBER)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"kind: a tally's one member never changes");
	return bsn_fail(err, BSN_BAD_REQUEST, "kind: %u is not known",
			request->kind);
}

/* Answers with a message to sign or, with a signature, the transaction. */
static void
answer_signable(bsn_reply *reply, bsn_slice message, bsn_slice tx,
		const uint8_t *id)
{
	bsn_signable signable = {
		.size = sizeof(signable),
		.round = 1,
		.convention = BSN_SIGN_STANDARD,
		.algorithm = "sm2",
		.message = message,
		.state = message,
		.tx = tx,
	};

	signable.tx_id = bsn_id_of(id, HASH);
	host.reply->signable(reply, &signable);
}

static int32_t
begin_call(const struct bsn_ledger *ledger, struct call *call, bsn_reply *reply,
	   bsn_err *err)
{
	bsn_buf message = BSN_BUF_INIT;
	uint8_t nonce[NONCE];
	int32_t status = host.random->fill(ledger->chain, nonce, NONCE);

	if (status != BSN_OK)
		return bsn_fail(err, status, "there is no random number");
	put_message(&message, ledger, call, nonce);
	status = message.bad
		       ? no_memory(err)
		       : digest(ledger, bsn_buf_slice(&message), call->id, err);
	if (status == BSN_OK)
		answer_signable(reply, bsn_buf_slice(&message),
				bsn_slice_of(NULL, 0), call->id);
	free(message.data);
	return status;
}

static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	bsn_buf name = BSN_BUF_INIT, text = BSN_BUF_INIT;
	struct call call = { .signer = request->signer_public_key };
	struct outcome outcome;
	int32_t status = check_kind(request, err);

	if (status == BSN_OK && call.signer.len != PUBLIC_KEY)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "signer: an SM2 public key has %u bytes",
				  PUBLIC_KEY);
	if (status == BSN_OK)
		status = read_request(ledger, request, &name, &text, &call,
				      &outcome, err);
	/* A call that will be refused may yet be in a block, as a receipt. */
	if (status == BSN_OK && outcome.status != BSN_OK &&
	    outcome.status != BSN_REVERTED &&
	    outcome.status != BSN_OUT_OF_BUDGET)
		status = say_no(&outcome, &call, err);
	if (status == BSN_OK && call.op >= GET)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "function: it changes nothing: call it");
	if (status == BSN_OK)
		status = begin_call(ledger, &call, reply, err);
	free(name.data);
	free(text.data);
	return status;
}

static int32_t
tx_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	bsn_buf tx = BSN_BUF_INIT;
	struct call call = { .op = 0 };
	int32_t status = read_message(ledger, state, 0, &call, err);

	call.signature = signature;
	if (status == BSN_OK)
		status = check_message(ledger, &call, err);
	if (status != BSN_OK)
		return status;
	bsn_put(&tx, state.data, state.len);
	bsn_put(&tx, signature.data, signature.len);
	if (tx.bad)
		status = no_memory(err);
	else
		answer_signable(reply, bsn_slice_of(NULL, 0),
				bsn_buf_slice(&tx), call.id);
	free(tx.data);
	return status;
}

/* Checks a transaction and says in which block it is, if it is in one. */
static int32_t
admit(const struct bsn_ledger *ledger, bsn_slice tx, struct call *call,
      bsn_err *err)
{
	uint64_t block;
	int32_t status = read_message(ledger, tx, SIGNATURE, call, err);

	if (status == BSN_OK)
		status = check_message(ledger, call, err);
	if (status != BSN_OK)
		return status;
	status = fetch_number(ledger, key_of('t', bsn_slice_of(call->id, HASH)),
			      &block, err);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_DUPLICATE,
				"the transaction is in block %llu",
				(unsigned long long)block);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* Time does not go back, whatever the clock does. */
static uint64_t
next_time(const struct bsn_ledger *ledger)
{
	uint64_t now = host.clock->wall_ms(ledger->chain);

	return now > ledger->head.time_ms ? now : ledger->head.time_ms;
}

static int32_t
submit_one(struct bsn_ledger *ledger, bsn_slice tx, bsn_reply *reply,
	   bsn_err *err)
{
	struct wait *made;
	struct call call = { .op = 0 };
	int32_t status = admit(ledger, tx, &call, err);

	if (status != BSN_OK)
		return status;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return no_memory(err);
	status = run(ledger, &call, &made->outcome, err);
	made->reply = reply;
	made->tx_id = bsn_id_of(call.id, HASH);
	made->text_len = call.text.len;
	if (call.text.len > 0)
		memcpy(made->text, call.text.data, (size_t)call.text.len);
	made->head.number = ledger->head.number + 1;
	made->head.time_ms = next_time(ledger);
	made->head.txs = ledger->head.txs + 1;
	made->head.invalid = ledger->head.invalid;
	made->head.contracts = ledger->head.contracts;
	if (made->outcome.status != BSN_OK)
		made->head.invalid++;
	else if (is_new_contract(&call, &made->outcome))
		made->head.contracts++;
	if (status == BSN_OK)
		status = append(ledger, made, &call, tx, err);
	if (status == BSN_OK) /* without memory this may be left out */
		(void)answer_tx(reply, BSN_TX_ACCEPTED, &made->tx_id, 0, NULL,
				tx, NULL);
	else
		free(made);
	return status;
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	const uint8_t *at = (const uint8_t *)items;

	(void)err;
	for (uint64_t i = 0; i < n; i++, at += items->size) {
		const bsn_submission *item = (const void *)at;
		bsn_err why = BSN_ERR_INIT;
		int32_t status;

		status = submit_one(ledger, item->tx, item->reply, &why);
		if (status != BSN_OK)
			host.reply->fail(item->reply, status, &why);
	}
	return BSN_OK;
}

/* Answers a call that has run. */
static int32_t
answer_call(const struct bsn_ledger *ledger, const struct call *call,
	    const struct outcome *outcome, bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT, label = BSN_BUF_INIT;
	const struct contract *contract = &outcome->contract;
	unsigned at = call->version > 0 ? call->version : contract->count;
	uint64_t edition = contract->versions[at - 1].edition;
	int32_t status = BSN_OK;

	if (call->op == LABELLED)
		status = fetch(ledger, counter_key('l', call), &label, err);
	if (status == BSN_NOT_FOUND)
		status = BSN_OK; /* the empty label */
	if (call->op == LABELLED && !bsn_is_text(bsn_buf_slice(&label)))
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: a label is no text");
	if (call->op == LABELLED)
		bsn_json(&json, "{'result':$t,'budget_used':0}",
			 bsn_buf_slice(&label));
	else
		bsn_json(&json, "{'result':$n,'budget_used':$n}",
			 call->op == VERSION ? edition : outcome->total,
			 outcome->spent);
	if (status == BSN_OK && json.bad)
		status = no_memory(err);
	if (status == BSN_OK)
		host.reply->value(reply, bsn_buf_slice(&json));
	free(json.data);
	free(label.data);
	return status;
}

static int32_t
tx_call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	bsn_err *err)
{
	bsn_buf name = BSN_BUF_INIT, text = BSN_BUF_INIT;
	struct call call = { .op = 0 };
	struct outcome outcome;
	int32_t status = BSN_OK;

	if (request->kind != BSN_TX_INVOKE)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "kind: only functions are called");
	if (status == BSN_OK)
		status = read_request(ledger, request, &name, &text, &call,
				      &outcome, err);
	if (status == BSN_OK && outcome.status != BSN_OK)
		status = say_no(&outcome, &call, err);
	if (status == BSN_OK)
		status = answer_call(ledger, &call, &outcome, reply, err);
	free(name.data);
	free(text.data);
	return status;
}

/* Finds the block of a transaction. */
static int32_t
block_of_tx(const struct bsn_ledger *ledger, bsn_slice id, uint64_t *number,
	    bsn_err *err)
{
	int32_t status = id.len != HASH ? BSN_NOT_FOUND
					: fetch_number(ledger, key_of('t', id),
						       number, err);

	if (status == BSN_NOT_FOUND)
		bsn_fail(err, status, "there is no such transaction");
	return status;
}

static int32_t
tx_get(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	bsn_id id = bsn_id_of(tx_id.data, tx_id.len);
	struct block block;
	uint64_t number;
	int32_t status = block_of_tx(ledger, tx_id, &number, err);

	if (status != BSN_OK)
		return status;
	if (number > ledger->safe.number)
		return answer_tx(reply, BSN_TX_ACCEPTED, &id, 0, NULL, tx_id,
				 err);
	status = load_block(ledger, number, &block, err);
	if (status == BSN_OK)
		status =
			answer_tx(reply, final_stage(&block.outcome), &id,
				  number, &block.outcome, block.call.text, err);
	free(block.raw.data);
	return status;
}

/* ---- contract ------------------------------------------------------------ */

static int32_t
contract_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	       bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	int32_t status = no_members(options, "options", err);

	(void)ledger;
	if (status != BSN_OK)
		return status;
	if (edition_of(code) > 0)
		bsn_json(&json, "{'ok':true,'findings':[]}");
	else
		bsn_json(&json,
			 "{'ok':false,'findings':[{'rule':'unknown-code',"
			 "'severity':'error','where':'byte 0',"
			 "'text':'the code is not the text tally/1 or tally/2, "
			 "the contract that is built in'}]}");
	return answer_json(reply, &json, err);
}

static const char *
state_name(const struct contract *contract, unsigned version)
{
	return contract->state == GONE ? "uninstalled"
	     : contract->state == FROZEN ||
			       contract->versions[version - 1].state == FROZEN
		     ? "frozen"
		     : "active";
}

/* The latest version stands for the contract, which is as old as its first. */
static void
put_described(bsn_buf *json, bsn_slice name, const struct contract *contract)
{
	bsn_json(json,
		 "'name':$t,'version':$n,'address':$t,'state':$s,'block':$n,"
		 "'owner':$x",
		 name, (uint64_t)contract->count, name,
		 state_name(contract, contract->count),
		 contract->versions[0].block,
		 bsn_slice_of(contract->owner, PUBLIC_KEY));
}

static void
put_version(bsn_buf *json, bsn_slice name, const struct contract *contract,
	    unsigned version)
{
	bsn_buf address = BSN_BUF_INIT;
	char number[16];

	(void)snprintf(number, sizeof(number), "@%u", version);
	bsn_put(&address, name.data, name.len);
	bsn_put_str(&address, number);
	bsn_json(json,
		 "{'name':$t,'version':$n,'address':$t,'state':$s,'block':$n}",
		 name, (uint64_t)version, bsn_buf_slice(&address),
		 state_name(contract, version),
		 contract->versions[version - 1].block);
	json->bad = json->bad || address.bad;
	free(address.data);
}

/* Puts the contract at a position, which there must be, into a list. */
static int32_t
list_one(const struct bsn_ledger *ledger, uint64_t position, bsn_buf *json,
	 bsn_err *err)
{
	bsn_buf stored = BSN_BUF_INIT;
	struct contract contract;
	int32_t status = fetch(ledger, numbered('p', position), &stored, err);
	bsn_slice name = bsn_buf_slice(&stored);

	if (status == BSN_OK)
		status = is_name(name, CONTRACT_MAX)
			       ? load_contract(ledger, name, &contract, err)
			       : BSN_NOT_FOUND;
	if (status == BSN_NOT_FOUND)
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the store: a contract is lost");
	if (status == BSN_OK) {
		bsn_put_str(json, "{");
		put_described(json, name, &contract);
		bsn_put_str(json, "}");
	}
	free(stored.data);
	return status;
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	uint64_t at = from, all = ledger->head.contracts;
	int32_t status = BSN_OK;

	if (limit > LIST_MAX)
		limit = LIST_MAX;
	bsn_json(&json, "{'contracts':[");
	for (; status == BSN_OK && at < all && at - from < limit; at++) {
		bsn_put_str(&json, at > from ? "," : "");
		status = list_one(ledger, at, &json, err);
	}
	if (at < all)
		bsn_json(&json, "],'next':$n}", at);
	else
		bsn_json(&json, "],'next':null}");
	if (status == BSN_OK)
		return answer_json(reply, &json, err);
	free(json.data);
	return status;
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice ref, bsn_reply *reply, bsn_err *err)
{
	bsn_buf json = BSN_BUF_INIT;
	struct call call = { .ref = ref };
	struct contract contract;
	int32_t status = !read_ref(&call) ? BSN_NOT_FOUND
					  : load_contract(ledger, call.contract,
							  &contract, err);

	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && call.version > contract.count))
		status = bsn_fail(err, BSN_NOT_FOUND,
				  "there is no such contract");
	if (status != BSN_OK)
		return status;
	bsn_put_str(&json, "{");
	put_described(&json, call.contract, &contract);
	bsn_json(&json, ",'versions':[");
	for (unsigned i = 1; i <= contract.count; i++) {
		bsn_put_str(&json, i > 1 ? "," : "");
		put_version(&json, call.contract, &contract, i);
	}
	bsn_json(&json, "],'functions':['add(name,n)','fill(name,step)',"
			"'label(name,text)','refuse(name,reason)',"
			"'get(name)','labelled(name)','version()']}");
	return answer_json(reply, &json, err);
}

/* ---- status, ledger, block, event ---------------------------------------- */

/* A block is final at once, and nobody but this node vouches for it. */
static const bsn_capabilities capabilities = {
	.size = sizeof(capabilities),
	.finality = BSN_FINALITY_IMMEDIATE,
};

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_chain_status answer = { .size = sizeof(answer) };
	bsn_buf json = BSN_BUF_INIT;
	bsn_err full = BSN_ERR_INIT;
	int32_t writable = host.store->writable(ledger->chain, &full);
	int bad;

	answer.state = writable == BSN_OK || writable == BSN_BUSY
			     ? BSN_CHAIN_RUNNING
			     : BSN_CHAIN_READONLY;
	if (answer.state == BSN_CHAIN_RUNNING)
		bsn_json(&json, "{}");
	else
		bsn_json(&json, "{'reason':$s}", full.reason);
	answer.height = ledger->safe.number;
	answer.pending_txs = ledger->head.txs - ledger->safe.txs;
	answer.members = answer.connected = 1;
	answer.detail = bsn_buf_slice(&json);
	answer.languages = bsn_slice_str("[]"); /* its contract is built in */
	answer.capabilities = &capabilities;
	bad = json.bad;
	if (!bad)
		host.reply->status(reply, &answer);
	free(json.data);
	return bad ? no_memory(err) : BSN_OK;
}

static int32_t
ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_ledger_info answer = {
		.size = sizeof(answer),
		.height = ledger->safe.number,
		.bytes = ledger->safe.bytes,
		.txs = ledger->safe.txs,
		.invalid_txs = ledger->safe.invalid,
		.detail = bsn_slice_str("{}"),
	};

	(void)err;
	answer.block_hash = bsn_id_of(ledger->safe.hash, HASH);
	host.reply->ledger(reply, &answer);
	return BSN_OK;
}

static int32_t
block_named(const struct bsn_ledger *ledger, const bsn_block_query *query,
	    uint64_t *number, bsn_err *err)
{
	int32_t status = BSN_OK;

	*number = query->by == BSN_BLOCK_LATEST ? ledger->safe.number
						: query->number;
	if (query->by == BSN_BLOCK_BY_TX)
		status = block_of_tx(ledger, query->id, number, err);
	else if (query->by == BSN_BLOCK_BY_HASH)
		status = query->id.len != HASH
			       ? BSN_NOT_FOUND
			       : fetch_number(ledger, key_of('i', query->id),
					      number, err);
	else if (query->by > BSN_BLOCK_BY_TX)
		return bsn_fail(err, BSN_BAD_REQUEST, "by: %u names no block",
				query->by);
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && *number > ledger->safe.number))
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	return status;
}

static const char *
op_name(unsigned op)
{
	static const char *const names[] = {
		"",    "deploy", "freeze", "unfreeze", "uninstall",
		"add", "fill",	 "label",  "refuse",
	};

	return names[op]; /* read_message has looked at it */
}

static void
put_tx(bsn_buf *json, const struct block *block)
{
	const struct call *call = &block->call;

	bsn_json(json,
		 "{'id':$x,'signer':$x,'does':$s,'contract':$t,'name':$t,"
		 "'text':$t,'n':$n,'effective':$s,'total':$n}",
		 bsn_slice_of(call->id, HASH), call->signer, op_name(call->op),
		 call->ref, call->name, call->text, call->n,
		 block->outcome.status == BSN_OK ? "yes" : "no",
		 block->outcome.total);
}

static void
put_detail(bsn_buf *json, const struct block *block, uint64_t want)
{
	bsn_put_str(json, "{");
	if ((want & BSN_BLOCK_WITH_TXS) != 0) {
		bsn_json(json, "'txs':[");
		if (block->number > 0)
			put_tx(json, block);
		bsn_put_str(json, "]");
	}
	if ((want & BSN_BLOCK_WITH_TXS) != 0 &&
	    (want & BSN_BLOCK_WITH_RAW) != 0)
		bsn_put_str(json, ",");
	if ((want & BSN_BLOCK_WITH_RAW) != 0)
		bsn_json(json, "'raw':$x", bsn_buf_slice(&block->raw));
	bsn_put_str(json, "}");
}

static int32_t
answer_block(bsn_reply *reply, const struct block *block, uint64_t want,
	     bsn_err *err)
{
	bsn_block_info answer = {
		.size = sizeof(answer),
		.number = block->number,
		.bytes = block->raw.len,
		.txs = block->number > 0 ? 1 : 0,
		.time_ms = block->time_ms,
	};
	bsn_buf json = BSN_BUF_INIT;
	int bad;

	answer.hash = bsn_id_of(block->head.hash, HASH);
	answer.previous_hash = bsn_id_of(block->previous.data, HASH);
	put_detail(&json, block, want);
	answer.detail = bsn_buf_slice(&json);
	bad = json.bad;
	if (!bad)
		host.reply->block(reply, &answer);
	free(json.data);
	return bad ? no_memory(err) : BSN_OK;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	struct block block;
	uint64_t number;
	int32_t status = block_named(ledger, query, &number, err);

	if (status != BSN_OK)
		return status;
	status = load_block(ledger, number, &block, err);
	if (status == BSN_OK)
		status = answer_block(reply, &block, query->want, err);
	free(block.raw.data);
	return status;
}

static int32_t
give(bsn_reply *reply, bsn_event *event, bsn_buf *json, bsn_err *err)
{
	int bad = json->bad;

	event->size = sizeof(*event);
	event->payload = bsn_buf_slice(json);
	if (!bad)
		host.reply->event(reply, event);
	free(json->data);
	return bad ? no_memory(err) : BSN_OK;
}

static int32_t
give_block(bsn_reply *reply, const struct block *block, bsn_err *err)
{
	bsn_event event = { .kind = BSN_EVENT_BLOCK };
	bsn_buf json = BSN_BUF_INIT;

	event.block = block->number;
	bsn_json(&json, "{'hash':$x}", bsn_slice_of(block->head.hash, HASH));
	return give(reply, &event, &json, err);
}

static int32_t
give_contract(bsn_reply *reply, const struct block *block, bsn_err *err)
{
	const struct call *call = &block->call;
	bsn_event event = { .kind = BSN_EVENT_CONTRACT };
	bsn_buf json = BSN_BUF_INIT;

	event.block = block->number;
	event.tx_id = bsn_id_of(call->id, HASH);
	event.contract = call->contract;
	if (counts(call->op)) {
		event.name = bsn_slice_str("added");
		bsn_json(&json, "{'name':$t,'n':$n,'total':$n}", call->name,
			 call->n, block->outcome.total);
	} else {
		event.name = bsn_slice_str("labelled");
		bsn_json(&json, "{'name':$t,'text':$t}", call->name,
			 call->text);
	}
	return give(reply, &event, &json, err);
}

static int32_t
replay_block(const struct bsn_ledger *ledger, uint64_t number, bsn_reply *reply,
	     bsn_err *err)
{
	struct block block;
	int32_t status = load_block(ledger, number, &block, err);

	if (status == BSN_OK)
		status = give_block(reply, &block, err);
	if (status == BSN_OK && number > 0 && block.call.op > UNINSTALL &&
	    block.outcome.status == BSN_OK)
		status = give_contract(reply, &block, err);
	free(block.raw.data);
	return status;
}

static int32_t
event_replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;
	uint64_t next = from;
	int32_t status = BSN_OK;

	(void)err;
	if (to > ledger->safe.number)
		to = ledger->safe.number;
	while (status == BSN_OK && next <= to && next - from < REPLAY_MAX)
		status = replay_block(ledger, next++, reply, &why);
	/* Events may have been given, so the reply is used, and ends here. */
	if (status != BSN_OK)
		host.reply->fail(reply, status, &why);
	else
		host.reply->events_end(reply, next);
	return BSN_OK;
}

/* ---- the tables ---------------------------------------------------------- */

#define ROW(id, offered, detail)                                               \
	&(const bsn_feature)                                                   \
	{                                                                      \
		sizeof(bsn_feature), offered, id, detail                       \
	}

static const bsn_feature *const features[] = {
	ROW("function.sm2", 1, NULL),
	ROW("function.sm3", 1, NULL),
	ROW("function.multi-chain", 1, NULL),
	ROW("function.turing-complete", 0, NULL),
	ROW("function.encrypted-transport", 1, "{\"by\":\"host\"}"),
	ROW("function.contract-versions", 1, "{\"address\":\"name@version\"}"),
	ROW("function.dynamic-nodes", 0, NULL),
	ROW("function.access-control", 1, "{\"contracts\":\"owner\"}"),
	ROW("chain.config", 1, NULL),
	ROW("chain.join", 0, NULL),
	ROW("chain.leave", 0, NULL),
	ROW("contract.check", 1, "{\"rules\":[\"unknown-code\"]}"),
	ROW("contract.deploy", 1, NULL),
	ROW("contract.upgrade", 1,
	    "{\"by\":\"owner\",\"old_versions\":\"addressable\"}"),
	ROW("contract.freeze", 1, "{\"by\":\"owner\"}"),
	ROW("contract.uninstall", 1, "{\"by\":\"owner\",\"history\":\"kept\"}"),
	ROW("status.node", 1, NULL),
	ROW("status.chain", 1, NULL),
	ROW("tx.build", 1, NULL),
	ROW("tx.sign", 1, "{\"rounds\":1}"),
	ROW("tx.submit-sync", 1, NULL),
	ROW("tx.submit-async", 1, NULL),
	ROW("tx.query", 1, NULL),
	ROW("tx.call", 1, NULL),
	ROW("ledger.info", 1, NULL),
	ROW("block.info", 1, NULL),
	ROW("event.block", 1, NULL),
	ROW("event.contract", 1, NULL),
	NULL
};

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = chain_member_algorithm,
	.genesis = chain_genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.members = chain_members,
};

static const bsn_tx_ops tx_ops = {
	.size = sizeof(tx_ops),
	.begin = tx_begin,
	.sign_round = tx_sign_round,
	.submit = tx_submit,
	.call = tx_call,
	.get = tx_get,
};

static const bsn_contract_ops contract_ops = {
	.size = sizeof(contract_ops),
	.check = contract_check,
	.list = contract_list,
	.get = contract_get,
};

static const bsn_status_ops status_ops = {
	.size = sizeof(status_ops),
	.get = status_get,
};

static const bsn_ledger_ops ledger_ops = {
	.size = sizeof(ledger_ops),
	.info = ledger_info,
};

static const bsn_block_ops block_ops = {
	.size = sizeof(block_ops),
	.get = block_get,
};

static const bsn_event_ops event_ops = {
	.size = sizeof(event_ops),
	.replay = event_replay,
};

static const bsn_engine engine = {
	.size = sizeof(engine),
	.framework = "tally",
	.features = features,
	.chain = &chain_ops,
	.tx = &tx_ops,
	.contract = &contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
};

/* ---- the plugin ---------------------------------------------------------- */

BSN_PLUGIN_NOTE("com.example.engine-tally", "1.0.0", BSN_KIND_ENGINE);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(plugin),
	.id = "com.example.engine-tally",
	.version = "1.0.0",
	.name = "Tally: chains of counters",
	.vendor = "Example Ltd.",
	.licence = "Apache-2.0",
	.query = query,
};

/* The first service that this host lacks, or NULL. */
static const char *
missing(void)
{
	return host.store == NULL  ? BSN_STORE_ID
	     : host.reply == NULL  ? BSN_REPLY_ID
	     : host.crypto == NULL ? BSN_CRYPTO_BY_NAME_ID
	     : host.events == NULL ? BSN_EVENTS_ID
	     : host.clock == NULL  ? BSN_CLOCK_ID
	     : host.random == NULL ? BSN_RANDOM_ID
	     : host.keys == NULL   ? BSN_KEYS_ID
				   : NULL;
}

int32_t
bsn_plugin_open(const bsn_host *from, const bsn_plugin **out, bsn_err *err)
{
	host.store = bsn_host_store(from);
	host.reply = bsn_host_reply(from);
	host.crypto = bsn_host_crypto(from);
	host.events = bsn_host_events(from);
	host.clock = bsn_host_clock(from);
	host.random = bsn_host_random(from);
	host.keys = bsn_host_keys(from);
	if (missing() != NULL)
		return bsn_fail(err, BSN_E_VERSION, "this host lacks %s",
				missing());
	*out = &plugin;
	return BSN_OK;
}
