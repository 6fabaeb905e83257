/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/maker.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/bench/maker_private.h"
#include "tools/bench/stop.h"

#define TICK_US (200 * G_TIME_SPAN_MILLISECOND)

/* ---- one transaction ---------------------------------------------------- */

static void
put_hex(GString *out, const guint8 *data, gsize len)
{
	static const char digits[] = "0123456789abcdef";
	const gsize at = out->len;
	char *to;

	g_string_set_size(out, at + 2 * len);
	to = out->str + at;
	for (gsize i = 0; i < len; i++) {
		*to++ = digits[data[i] >> 4];
		*to++ = digits[data[i] & 15];
	}
}

/* The call data of a transaction of its own, or what all have. */
static gboolean
make_data(const Maker *maker, const Source *source, const Turn *turn,
	  GByteArray *room, bsn_slice *data)
{
	json_t *args;
	gboolean ok;

	*data = fisco_pattern_data(source->pattern);
	if (source->call == NULL)
		return TRUE;
	args = template_expand(maker->args, turn);
	ok = fisco_call_encode(source->call, args, room, NULL);
	json_decref(args);
	*data = bsn_slice_of(room->data, room->len);
	return ok;
}

static gboolean
put_signed(const Maker *maker, const Source *source, guint64 number,
	   GString *out)
{
	const Turn turn = source_turn(maker, source, number);
	g_autoptr(GByteArray) room = g_byte_array_new();
	g_autoptr(GByteArray) tx = g_byte_array_new();
	bsn_slice data;
	Key key_room;
	const Key *key = keys_at(source->keys, turn.signer, &key_room);

	if (key == NULL || !make_data(maker, source, &turn, room, &data) ||
	    !fisco_pattern_make(source->pattern, key, data, tx))
		return FALSE;
	g_string_append(out, "\"0x");
	put_hex(out, tx->data, tx->len);
	g_string_append_c(out, '"');
	return TRUE;
}

/* In words that the host understands. */
static gboolean
put_words(const Maker *maker, const Source *source, guint64 number,
	  GString *out)
{
	const LoadPlan *plan = maker->plan;
	const Turn turn = source_turn(maker, source, number);
	json_t *body = json_pack("{s:s, s:s, s:o}", "contract", plan->contract,
				 "function", plan->function, "args",
				 template_expand(maker->args, &turn));
	char *text;

	if (!plan->reads)
		json_object_set_new(body, "signer", json_string(plan->hosted));
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	if (text != NULL)
		g_string_append(out, text);
	free(text);
	return text != NULL;
}

gboolean
maker_again(const Maker *maker, guint chain, guint64 number, GString *out)
{
	const Source *source = &maker->sources[chain];

	return source->pattern != NULL ? put_signed(maker, source, number, out)
				       : put_words(maker, source, number, out);
}

gboolean
maker_can_renew(const Maker *maker)
{
	return maker->sources != NULL && maker->sources[0].pattern != NULL;
}

void
maker_renew(Maker *maker, guint chain, guint64 height)
{
	const Source *source = &maker->sources[chain];

	fisco_pattern_set_block_limit(source->pattern,
				      height + source->lifetime);
}

/* ---- a maker ------------------------------------------------------------ */

static gboolean
take_plan(Maker *maker, GError **error)
{
	const LoadPlan *plan = maker->plan;
	guint32 run;

	maker->args = template_new(plan->args, "args", error);
	if (maker->args == NULL || !load_plan_draw(plan, &maker->draw, error))
		return FALSE;
	if (RAND_bytes(maker->key_seed, KEYS_SEED_LEN) != 1 ||
	    RAND_bytes((guint8 *)&run, sizeof(run)) != 1)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the random generator failed");
	maker->seed = plan->seed != 0 ? plan->seed : run;
	g_snprintf(maker->run, sizeof(maker->run), "%08x", run);
	return TRUE;
}

Signing
maker_signing_of(const Target *target, const LoadPlan *plan)
{
	if (plan->signing != SIGNING_AUTO)
		return (Signing)plan->signing;
	for (guint i = 0; i < target->chains->len; i++)
		if (strcmp(target_chain(target, i)->framework, "fisco") != 0)
			return SIGNING_HOSTED;
	return SIGNING_HERE;
}

static gboolean
learn_all(Maker *maker, GError **error)
{
	maker->n_sources = maker->target->chains->len;
	maker->sources = g_new0(Source, maker->n_sources);
	for (guint i = 0; i < maker->n_sources; i++) {
		Source *source = &maker->sources[i];

		source->chain = target_chain(maker->target, i);
		if (maker->signing == SIGNING_HERE && !maker->plan->reads &&
		    !source_learn(source, maker, error))
			return FALSE;
	}
	return TRUE;
}

static Maker *
learned(Maker *maker, GError **error)
{
	maker->signing = maker_signing_of(maker->target, maker->plan);
	if (learn_all(maker, error))
		return maker;
	maker_free(maker);
	return NULL;
}

Maker *
maker_new(Target *target, const LoadPlan *plan, GError **error)
{
	g_autoptr(Maker) maker = g_new0(Maker, 1);

	maker->target = target;
	maker->plan = plan;
	return take_plan(maker, error) ? learned(g_steal_pointer(&maker), error)
				       : NULL;
}

Maker *
maker_new_before(const Maker *maker, const LoadPlan *plan, GError **error)
{
	g_autoptr(Maker) before = g_new0(Maker, 1);

	before->target = maker->target;
	before->plan = plan;
	before->in_turn = TRUE;
	if (!take_plan(before, error))
		return NULL;
	before->seed = maker->seed;
	memcpy(before->run, maker->run, sizeof(before->run));
	memcpy(before->key_seed, maker->key_seed, KEYS_SEED_LEN);
	return learned(g_steal_pointer(&before), error);
}

void
maker_begin_chain(Maker *maker, guint chain)
{
	maker->chain = chain;
	maker->next = 0;
}

void
maker_free(Maker *maker)
{
	if (maker == NULL)
		return;
	for (guint i = 0; maker->sources != NULL && i < maker->n_sources; i++)
		source_clear(&maker->sources[i]);
	g_free(maker->sources);
	template_free(maker->args);
	if (maker->file != NULL)
		fclose(maker->file);
	g_free(maker->file_name);
	g_free(maker);
}

const char *
maker_signing(const Maker *maker)
{
	if (maker->file != NULL)
		return "file";
	if (maker->plan->reads)
		return "none";
	return maker->signing == SIGNING_HERE ? "here" : "hosted";
}

guint
maker_signers(const Maker *maker)
{
	const Source *source = maker->sources;

	return source != NULL && source->keys != NULL ? keys_count(source->keys)
						      : 1;
}

const char *
maker_run(const Maker *maker)
{
	return maker->run;
}

guint64
maker_next(const Maker *maker)
{
	return maker->next;
}

/* ---- all of them -------------------------------------------------------- */

typedef struct {
	Maker *maker;
	Stock *stock;
	guint64 first, n;   /* transactions */
	guint64 next, made; /* atomic */
	GMutex mutex;
	GCond ended;
	guint running; /* threads; mutex */
	GError *error; /* mutex */
} Filling;

static void
fail_filling(Filling *filling, GError *error)
{
	g_mutex_lock(&filling->mutex);
	if (filling->error == NULL)
		filling->error = error;
	else
		g_clear_error(&error);
	g_mutex_unlock(&filling->mutex);
	__atomic_store_n(&filling->next, filling->n, __ATOMIC_RELAXED);
}

static gboolean
put_next(Maker *maker, guint chain, guint64 number, GString *body,
	 GError **error)
{
	if (maker->file != NULL)
		return maker_take_line(maker, body, error);
	if (maker_again(maker, chain, number, body))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"transaction %" G_GUINT64_FORMAT " cannot be made",
			number);
}

/* A query is its own request; transactions come in arrays. */
static const char *
opening(const Maker *maker)
{
	if (maker->file != NULL)
		return "{\"txs\":[";
	if (maker->plan->reads)
		return "";
	return maker->signing == SIGNING_HERE ? "{\"txs\":["
					      : "{\"requests\":[";
}

static guint
batch_of(const LoadPlan *plan)
{
	return plan->reads ? 1 : (guint)plan->batch;
}

static gboolean
make_unit(Filling *filling, guint64 at, GString *body, GError **error)
{
	Maker *maker = filling->maker;
	const guint batch = batch_of(maker->plan);
	StockUnit unit = {
		.first = filling->first + at,
		.n = (guint32)MIN(batch, filling->n - at),
		.door = maker->plan->reads ? DOOR_CALL : DOOR_SUBMIT,
	};

	unit.chain = maker->in_turn
			     ? maker->chain
			     : (guint32)(unit.first / batch % maker->n_sources);
	g_string_assign(body, opening(maker));
	for (guint i = 0; i < unit.n; i++) {
		if (i > 0)
			g_string_append_c(body, ',');
		if (!put_next(maker, unit.chain, unit.first + i, body, error))
			return FALSE;
	}
	if (!maker->plan->reads)
		g_string_append(body, "]}");
	unit.len = (guint32)body->len;
	return stock_add(filling->stock, &unit, body->str, error);
}

static gpointer
fill_some(gpointer data)
{
	Filling *filling = data;
	const guint batch = batch_of(filling->maker->plan);
	g_autoptr(GString) body = g_string_new(NULL);
	GError *error = NULL;

	for (;;) {
		guint64 at = __atomic_fetch_add(&filling->next, batch,
						__ATOMIC_RELAXED);

		if (at >= filling->n || stop_signal() != 0)
			break;
		if (!make_unit(filling, at, body, &error)) {
			fail_filling(filling, error);
			break;
		}
		__atomic_fetch_add(&filling->made, MIN(batch, filling->n - at),
				   __ATOMIC_RELAXED);
	}
	g_mutex_lock(&filling->mutex);
	filling->running--;
	g_cond_signal(&filling->ended);
	g_mutex_unlock(&filling->mutex);
	return NULL;
}

static void
watch(Filling *filling, MakerProgress progress, void *user)
{
	g_mutex_lock(&filling->mutex);
	while (filling->running > 0) {
		g_cond_wait_until(&filling->ended, &filling->mutex,
				  g_get_monotonic_time() + TICK_US);
		if (progress != NULL)
			progress(__atomic_load_n(&filling->made,
						 __ATOMIC_RELAXED),
				 user);
	}
	g_mutex_unlock(&filling->mutex);
}

gboolean
maker_fill(Maker *maker, guint64 n, Stock *stock, MakerProgress progress,
	   void *user, GError **error)
{
	/* A file is read by one. */
	const guint threads_n =
		maker->file != NULL ? 1 : g_get_num_processors();
	g_autofree GThread **threads = g_new(GThread *, threads_n);
	Filling filling = { .maker = maker,
			    .stock = stock,
			    .first = maker->next,
			    .n = n,
			    .running = threads_n };

	g_mutex_init(&filling.mutex);
	g_cond_init(&filling.ended);
	for (guint i = 0; i < threads_n; i++)
		threads[i] = g_thread_new("make", fill_some, &filling);
	watch(&filling, progress, user);
	for (guint i = 0; i < threads_n; i++)
		g_thread_join(threads[i]);
	g_mutex_clear(&filling.mutex);
	g_cond_clear(&filling.ended);
	maker->next += n;
	if (filling.error == NULL)
		return stop_signal() == 0 || stop_fail(error);
	g_propagate_error(error, filling.error);
	return FALSE;
}
