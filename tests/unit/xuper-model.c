/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-model.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/state/xmodel.h"

#define BUCKET "contract"
#define LONGEST_OWNER                                        \
	"oooooooooooooooooooooooooooooooooooooooooooooooooo" \
	"oooooooooooooooooooooooooooooooooooooooooooooooooo"
G_STATIC_ASSERT(sizeof(LONGEST_OWNER) == UTXO_OWNER_MAX + 1);
/* So many outputs are merged rather than split. */
#define MANY 600u

Model *
model_new(void)
{
	Model *model = g_new0(Model, 1);

	model->outputs = g_array_new(FALSE, FALSE, sizeof(ModelOutput));
	return model;
}

Model *
model_copy(const Model *model)
{
	Model *copy = g_new(Model, 1);

	*copy = *model;
	copy->outputs = g_array_copy(model->outputs);
	return copy;
}

void
model_free(Model *model)
{
	if (model == NULL)
		return;
	g_array_unref(model->outputs);
	g_free(model);
}

const char *
model_owner(guint owner)
{
	/* Some begin like others, and one is as long as can be. */
	static const char *const names[MODEL_OWNERS] = {
		"alice", "alic", "bob", "bobby", "carol", "dave", "erin",
		"XC1111111111111111@xuper", "counter", "f", "g/h",
		LONGEST_OWNER,
	};

	return names[owner];
}

static guint
owner_of(bsn_slice name)
{
	for (guint i = 0; i < MODEL_OWNERS; i++)
		if (bsn_slice_equal(name, bsn_slice_str(model_owner(i))))
			return i;
	g_assert_not_reached();
}

static void
key_name(guint key, char name[8])
{
	(void)g_snprintf(name, 8, "key%02u", key);
}

/* ---- doing it ---- */

static guint64
amount_of(const ProtobufCBinaryData *bytes)
{
	guint64 amount = 0;

	for (gsize i = 0; i < bytes->len; i++)
		amount = amount << 8 | bytes->data[i];
	return amount;
}

static gboolean
is_output(const ModelOutput *output, const Xldgpb__TxInput *input)
{
	return memcmp(output->utxo.txid, input->ref_txid.data, HASH_LEN) == 0 &&
	       output->utxo.offset == input->ref_offset;
}

static void
spend(Model *model, const Xldgpb__TxInput *input)
{
	for (guint i = 0; i < model->outputs->len; i++) {
		ModelOutput *output =
			&g_array_index(model->outputs, ModelOutput, i);

		if (!is_output(output, input))
			continue;
		model->supply -= output->amount;
		g_array_remove_index_fast(model->outputs, i);
		return;
	}
	g_assert_not_reached();
}

static void
add(Model *model, const Tx *tx, guint i)
{
	const Xldgpb__TxOutput *output = tx->msg->tx_outputs[i];
	const bsn_slice name =
		bsn_slice_of(output->to_addr.data, output->to_addr.len);
	ModelOutput entry = { .amount = amount_of(&output->amount),
			      .utxo = made_utxo(tx, i) };

	model->supply += entry.amount;
	if (bsn_slice_equal(name, bsn_slice_str(OWNER_FEE))) {
		model->fees += entry.amount;
		model->n_fees++;
		return;
	}
	entry.owner = owner_of(name);
	g_array_append_val(model->outputs, entry);
}

static void
write_value(Model *model, const Tx *tx, guint i)
{
	const Xldgpb__TxOutputExt *output = tx->msg->tx_outputs_ext[i];
	ModelValue *value;

	if (strcmp(output->bucket, BUCKET) != 0)
		return;
	value = &model->values[10 * (output->key.data[3] - '0') +
			       (output->key.data[4] - '0')];
	*value = (ModelValue){ .there = TRUE, .offset = (gint32)i };
	memcpy(value->txid, tx->id, HASH_LEN);
	value->deleted = output->value.len == 1;
	if (!value->deleted)
		memcpy(&value->value, output->value.data,
		       sizeof(value->value));
}

void
model_apply(Model *model, const Tx *tx)
{
	for (guint i = 0; i < tx->msg->n_tx_inputs; i++)
		spend(model, tx->msg->tx_inputs[i]);
	for (guint i = 0; i < tx->msg->n_tx_outputs; i++)
		add(model, tx, i);
	for (guint i = 0; i < tx->msg->n_tx_outputs_ext; i++)
		write_value(model, tx, i);
}

/* ---- random transactions ---- */

static guint
below(GRand *rand, guint n)
{
	return (guint)g_rand_int_range(rand, 0, (gint)n);
}

/* One that can be spent, and belongs to `owner` (MODEL_OWNERS: to anybody). */
static const ModelOutput *
any_output(const Model *model, guint owner, guint64 height, GRand *rand)
{
	const guint n = model->outputs->len;
	const guint first = n > 0 ? below(rand, n) : 0;

	for (guint i = 0; i < n; i++) {
		const ModelOutput *output = &g_array_index(
			model->outputs, ModelOutput, (first + i) % n);

		if (output->amount > 1 && utxo_free_at(&output->utxo, height) &&
		    (owner == MODEL_OWNERS || output->owner == owner))
			return output;
	}
	return NULL;
}

static gint64
random_freeze(guint64 height, GRand *rand)
{
	const guint chance = below(rand, 1000);

	if (chance < 3)
		return FROZEN_FOR_EVER;
	return chance < 60 ? (gint64)height + (gint64)below(rand, 12) : 0;
}

/* Gives away `sum` in so many pieces at most, some of it as a fee. */
static void
give(Made *made, guint64 sum, guint pieces, guint64 height, GRand *rand)
{
	if (below(rand, 3) == 0) {
		made_output(made, OWNER_FEE, 1, 0);
		sum--;
	}
	for (; pieces > 1 && sum > 1; pieces--) {
		const guint64 part = 1 + below(rand, (guint)MIN(sum - 1, 5000));

		made_output(made, model_owner(below(rand, MODEL_OWNERS)), part,
			    random_freeze(height, rand));
		sum -= part;
	}
	if (sum > 0)
		made_output(made, model_owner(below(rand, MODEL_OWNERS)), sum,
			    0);
}

static void
split(Made *made, const ModelOutput *output, guint64 height, GRand *rand)
{
	made_input(made, model_owner(output->owner), &output->utxo);
	give(made, output->amount, 1 + below(rand, 5), height, rand);
}

static void
merge(Made *made, const Model *model, guint owner, guint64 height, GRand *rand)
{
	guint64 sum = 0;
	guint n = 0;

	for (guint i = 0; i < model->outputs->len && n < 12; i++) {
		const ModelOutput *output =
			&g_array_index(model->outputs, ModelOutput, i);

		if (output->owner != owner ||
		    !utxo_free_at(&output->utxo, height))
			continue;
		made_input(made, model_owner(owner), &output->utxo);
		sum += output->amount;
		n++;
	}
	give(made, sum, 1, height, rand);
}

/* Pays with what is chosen, as a wallet does. */
static void
choose(Made *made, Layer *layer, const ModelOutput *output, guint64 height,
       GRand *rand)
{
	const char *owner = model_owner(output->owner);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	guint8 need[AMOUNT_LEN], sum[AMOUNT_LEN], from[HASH_LEN];
	guint64 total = 0;

	for (guint i = 0; i < HASH_LEN; i++)
		from[i] = (guint8)below(rand, 256);
	amount_from_u64(output->amount, need);
	g_assert_cmpint(utxo_select(layer, bsn_slice_str(owner), need, height,
				    1000, from, NULL, NULL, chosen, sum, NULL),
			==, BSN_OK);
	for (guint i = 0; i < chosen->len; i++)
		made_input(made, owner, &g_array_index(chosen, Utxo, i));
	for (guint i = 0; i < AMOUNT_LEN; i++)
		total = total << 8 | sum[i];
	g_assert_cmpuint(total, >=, output->amount);
	give(made, total, 2, height, rand);
}

static void
put_values(Made *made, GRand *rand)
{
	const guint n = below(rand, 4);

	for (guint i = 0; i < n; i++) {
		const guint32 value = g_rand_int(rand);
		char name[8];

		key_name(below(rand, MODEL_KEYS), name);
		if (below(rand, 4) == 0)
			made_put(made, BUCKET, name,
				 bsn_slice_of(XMODEL_DELETED,
					      XMODEL_DELETED_LEN));
		else
			made_put(made, BUCKET, name,
				 bsn_slice_of(&value, sizeof(value)));
	}
	made_put(made, BUCKET_TRANSIENT, "event", bsn_slice_str("it was"));
}

Tx *
model_random_tx(const Model *model, Layer *layer, guint64 height, GRand *rand)
{
	const ModelOutput *output =
		any_output(model, MODEL_OWNERS, height, rand);
	const guint kind = below(rand, 10);
	Made *made;

	if (output == NULL)
		return NULL;
	made = made_new();
	if (model->outputs->len > MANY || kind < 2)
		merge(made, model, output->owner, height, rand);
	else if (kind < 5)
		choose(made, layer, output, height, rand);
	else if (kind < 8)
		split(made, output, height, rand);
	if (kind >= 7)
		put_values(made, rand);
	return made_tx(made);
}

Tx *
model_award(GRand *rand)
{
	Made *made = made_new();

	made->coinbase = TRUE;
	made_output(made, model_owner(below(rand, MODEL_OWNERS)), 10, 0);
	return made_tx(made);
}

/* ---- comparing ---- */

typedef struct {
	UtxoScan scan;
	GHashTable *found; /* txid and offset -> amount and frozen */
} Found;

static GBytes *
place_of(const Utxo *utxo)
{
	guint8 place[HASH_LEN + 4];

	memcpy(place, utxo->txid, HASH_LEN);
	memcpy(place + HASH_LEN, &utxo->offset, 4);
	return g_bytes_new(place, sizeof(place));
}

static int32_t
take(UtxoScan *scan, const Utxo *utxo)
{
	Found *found = (Found *)scan;

	g_assert_true(g_hash_table_insert(found->found, place_of(utxo),
					  g_memdup2(utxo, sizeof(*utxo))));
	return BSN_OK;
}

static void
assert_amount(const guint8 amount[AMOUNT_LEN], guint64 expected)
{
	guint8 bytes[AMOUNT_LEN];

	amount_from_u64(expected, bytes);
	g_assert_cmpint(amount_compare(amount, bytes), ==, 0);
}

static void
compare_balance(const Model *model, Layer *layer, guint owner, guint64 height,
		guint n)
{
	guint64 total = 0, frozen = 0;
	Balance balance;

	for (guint i = 0; i < model->outputs->len; i++) {
		const ModelOutput *output =
			&g_array_index(model->outputs, ModelOutput, i);

		if (output->owner != owner)
			continue;
		total += output->amount;
		if (!utxo_free_at(&output->utxo, height))
			frozen += output->amount;
	}
	g_assert_cmpint(balance_get(layer, bsn_slice_str(model_owner(owner)),
				    height, &balance, NULL), ==, BSN_OK);
	assert_amount(balance.total, total);
	assert_amount(balance.frozen, frozen);
	g_assert_cmpuint(balance.count, ==, n);
}

static void
compare_owner(const Model *model, Layer *layer, guint owner, guint64 height)
{
	Found found = { { take },
			g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					      (GDestroyNotify)g_bytes_unref,
					      g_free) };
	guint n = 0;

	g_assert_cmpint(utxo_scan(layer, bsn_slice_str(model_owner(owner)),
				  &found.scan, NULL), ==, BSN_OK);
	for (guint i = 0; i < model->outputs->len; i++) {
		const ModelOutput *output =
			&g_array_index(model->outputs, ModelOutput, i);
		g_autoptr(GBytes) place = NULL;
		const Utxo *utxo;

		if (output->owner != owner)
			continue;
		place = place_of(&output->utxo);
		utxo = g_hash_table_lookup(found.found, place);
		g_assert_nonnull(utxo);
		assert_amount(utxo->amount, output->amount);
		g_assert_cmpint(utxo->frozen, ==, output->utxo.frozen);
		n++;
	}
	g_assert_cmpuint(g_hash_table_size(found.found), ==, n);
	compare_balance(model, layer, owner, height, n);
	g_hash_table_unref(found.found);
}

static void
compare_value(const ModelValue *value, Layer *layer, guint key)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	XVersion version;
	char name[8];

	key_name(key, name);
	g_assert_cmpint(xmodel_get(layer, bsn_slice_str(BUCKET),
				   bsn_slice_str(name), &version, bytes, NULL),
			==, BSN_OK);
	g_assert_cmpint(version.there, ==, value->there);
	if (!value->there)
		return;
	g_assert_cmpint(version.offset, ==, value->offset);
	g_assert_cmpint(memcmp(version.txid, value->txid, HASH_LEN), ==, 0);
	if (value->deleted)
		g_assert_true(xmodel_is_deleted(
			bsn_slice_of(bytes->data, bytes->len)));
	else
		g_assert_true(bsn_slice_equal(
			bsn_slice_of(bytes->data, bytes->len),
			bsn_slice_of(&value->value, sizeof(value->value))));
}

void
model_compare(const Model *model, Layer *layer, guint64 height)
{
	guint64 sum = model->fees;
	Balance fees;

	for (guint i = 0; i < model->outputs->len; i++)
		sum += g_array_index(model->outputs, ModelOutput, i).amount;
	g_assert_cmpuint(sum, ==, model->supply);
	for (guint i = 0; i < MODEL_OWNERS; i++)
		compare_owner(model, layer, i, height);
	for (guint i = 0; i < MODEL_KEYS; i++)
		compare_value(&model->values[i], layer, i);
	g_assert_cmpint(balance_get(layer, bsn_slice_str(OWNER_FEE), height,
				    &fees, NULL), ==, BSN_OK);
	assert_amount(fees.total, model->fees);
	g_assert_cmpuint(fees.count, ==, model->n_fees);
}
