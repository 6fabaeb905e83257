// SPDX-License-Identifier: Apache-2.0
//
// An engine in C++17, as small as an honest one can be: its chains have block 0
// and take no transactions, which it says. What it shows is the boundary:
// tables without designated initialisers, a ledger with a destructor, and no
// exception that leaves the plugin. For what an engine does, see the kit:
// bsnctl plugin new.
#include <bsn/bsn.h>
#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>
#include <bsn/standard.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <string_view>
#include <tuple>
#include <vector>

#define PLUGIN_ID "com.example.engine-cpp"
#define PLUGIN_VERSION "1.0.0"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

// The engine's side of an open chain: the name is the ABI's, the type is ours.
struct bsn_ledger {
	bsn_chain *chain;
	std::vector<uint8_t> genesis;
	std::array<uint8_t, 32> hash; // of block 0
	uint64_t time_ms;
};

namespace {

constexpr uint64_t key_len = 64;               // an SM2 public key
constexpr uint64_t genesis_min = 8 + key_len;  // time, the member's key, name
constexpr uint64_t genesis_max = genesis_min + 63;

struct {
	const bsn_crypto_by_name *crypto;
	const bsn_reply_service *reply;
} host;

// ---- no exception crosses ---------------------------------------------------

// A C++ exception must not unwind through the host, which is C. Every function
// in a table is guarded<f>: it turns what f throws into a status and a reason.
template <auto F> struct Guard;

template <class... A, int32_t (*F)(A...)> struct Guard<F> {
	static int32_t call(A... args) noexcept
	{
		// The last argument of each function of the ABI is its bsn_err.
		bsn_err *err = std::get<sizeof...(A) - 1>(std::tie(args...));

		try {
			return F(args...);
		} catch (const std::bad_alloc &) {
			return bsn_fail(err, BSN_E_NOMEM, "memory ran out");
		} catch (const std::exception &problem) {
			return bsn_fail(err, BSN_E_INTERNAL, "%s",
					problem.what());
		} catch (...) {
			return bsn_fail(err, BSN_E_INTERNAL,
					"an exception of an unknown kind");
		}
	}
};

template <auto F> constexpr auto guarded = &Guard<F>::call;

int32_t no_transactions(bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED,
			"chains of this framework take no transactions");
}

// A bsn_buf with a destructor.
struct Text : bsn_buf {
	Text() : bsn_buf(BSN_BUF_INIT) {}
	~Text() { free(data); }
	Text(const Text &) = delete;
	Text &operator=(const Text &) = delete;
	bsn_slice slice() const
	{
		if (bad)
			throw std::bad_alloc();
		return bsn_buf_slice(this);
	}
};

// ---- chains -----------------------------------------------------------------

// What is not understood is refused: nothing, or {}.
int32_t check_config(bsn_slice config, bsn_err *err)
{
	bsn_reader in = bsn_reader_of(config);

	bsn_json_space(&in);
	if (in.rest.len > 0)
		in.bad = !bsn_json_char(&in, '{') || !bsn_json_char(&in, '}');
	bsn_json_space(&in);
	return bsn_taken_all(&in)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "config: this framework has no options");
}

int32_t member_algorithm(bsn_slice config, const char **algorithm,
			 bsn_err *err)
{
	*algorithm = "sm2";
	return check_config(config, err);
}

int32_t make_genesis(const bsn_genesis *from, bsn_sink *out, bsn_err *err)
{
	Text bytes;
	int32_t status = check_config(from->config, err);

	if (status != BSN_OK)
		return status;
	if (from->member_count != 1 ||
	    from->members[0].public_key.len != key_len || from->name.len > 63)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"members: there must be one, with an SM2 key");
	bsn_put_number(&bytes, from->time_ms, 8);
	bsn_put(&bytes, from->members[0].public_key.data, key_len);
	bsn_put(&bytes, from->name.data, from->name.len);
	return out->write(out, bytes.slice().data, bytes.len);
}

int32_t open_chain(bsn_chain *chain, bsn_slice genesis, bsn_ledger **out,
		   bsn_err *err)
{
	const bsn_hash *sm3 = host.crypto->hash("sm3");
	bsn_reader in = bsn_reader_of(genesis);
	uint8_t hash[BSN_DIGEST_MAX];
	int32_t status;

	if (genesis.len < genesis_min || genesis.len > genesis_max)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this is no genesis of this framework");
	if (sm3 == nullptr)
		return bsn_fail(err, BSN_E_VERSION,
				"no plugin of this host offers sm3");
	status = sm3->digest(&genesis, 1, hash);
	if (status != BSN_OK)
		return bsn_fail(err, status, "sm3 does not work");
	auto ledger = std::make_unique<bsn_ledger>();
	ledger->chain = chain;
	ledger->time_ms = bsn_take_number(&in, 8);
	ledger->genesis.assign(genesis.data, genesis.data + genesis.len);
	std::copy(hash, hash + ledger->hash.size(), ledger->hash.begin());
	*out = ledger.release();
	return BSN_OK;
}

void close_chain(bsn_ledger *ledger)
{
	delete ledger; // of nullptr does nothing
}

void durable(bsn_ledger *, uint64_t) {}
void timer(bsn_ledger *, uint64_t) {}

int32_t members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *)
{
	Text json;

	bsn_json(&json,
		 "[{'public_key':$x,'algorithm':'sm2','role':'consensus',"
		 "'name':'','address':''}]",
		 bsn_slice_of(ledger->genesis.data() + 8, key_len));
	host.reply->value(reply, json.slice());
	return BSN_OK;
}

// In the order of the header; nullptr is what is optional and not there.
constexpr bsn_chain_ops chain_ops = {
	sizeof(bsn_chain_ops), 0,
	guarded<member_algorithm>, guarded<make_genesis>, guarded<open_chain>,
	close_chain, durable, timer,
	nullptr /* message */, nullptr /* peer */,
	guarded<members>, nullptr /* proposals */,
};

// ---- what it has not --------------------------------------------------------

int32_t begin(bsn_ledger *, const bsn_tx_request *, bsn_reply *, bsn_err *err)
{
	return no_transactions(err);
}

int32_t sign_round(bsn_ledger *, bsn_slice, bsn_slice, bsn_reply *,
		   bsn_err *err)
{
	return no_transactions(err);
}

// Each item is answered on its own.
int32_t submit(bsn_ledger *, const bsn_submission *items, uint64_t n,
	       bsn_err *)
{
	const auto *at = reinterpret_cast<const unsigned char *>(items);
	bsn_err why = BSN_ERR_INIT;
	int32_t status = no_transactions(&why);

	for (uint64_t i = 0; i < n; i++) {
		const auto *item = reinterpret_cast<const bsn_submission *>(
			at + i * items->size);

		host.reply->fail(item->reply, status, &why);
	}
	return BSN_OK;
}

int32_t get_tx(bsn_ledger *, bsn_slice, bsn_reply *, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND, "there are no transactions");
}

constexpr bsn_tx_ops tx_ops = {
	sizeof(bsn_tx_ops), 0, guarded<begin>, guarded<sign_round>,
	guarded<submit>, guarded<begin> /* call */, guarded<get_tx>,
};

int32_t check(bsn_ledger *, bsn_slice, bsn_slice, bsn_reply *, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this framework has no contracts");
}

int32_t list(bsn_ledger *, uint64_t, uint64_t, bsn_reply *reply, bsn_err *)
{
	host.reply->value(reply,
			  bsn_slice_str("{\"contracts\":[],\"next\":null}"));
	return BSN_OK;
}

int32_t get_contract(bsn_ledger *, bsn_slice, bsn_reply *, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND, "there are no contracts");
}

constexpr bsn_contract_ops contract_ops = {
	sizeof(bsn_contract_ops), 0, nullptr /* compile */,
	guarded<check>, guarded<list>, guarded<get_contract>,
};

// ---- what it has ------------------------------------------------------------

/* What is there is there for good, and nothing of it is proven to others. */
constexpr bsn_capabilities capabilities = {
	sizeof(bsn_capabilities), BSN_FINALITY_IMMEDIATE, 0, 0, {}, {}, {}, {},
};

int32_t status(bsn_ledger *, bsn_reply *reply, bsn_err *)
{
	bsn_chain_status answer = {};

	answer.size = sizeof(answer);
	answer.state = BSN_CHAIN_READONLY;
	answer.members = answer.connected = 1;
	answer.detail = bsn_slice_str("{\"reason\":\"it takes no "
				      "transactions\"}");
	answer.languages = bsn_slice_str("[]");
	answer.capabilities = &capabilities;
	host.reply->status(reply, &answer);
	return BSN_OK;
}

int32_t ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *)
{
	bsn_ledger_info info = {};

	info.size = sizeof(info);
	info.bytes = ledger->genesis.size();
	info.block_hash = bsn_id_of(ledger->hash.data(), ledger->hash.size());
	info.detail = bsn_slice_str("{}");
	host.reply->ledger(reply, &info);
	return BSN_OK;
}

bool is_meant(const bsn_ledger &ledger, const bsn_block_query &query)
{
	return query.by == BSN_BLOCK_LATEST ||
	       (query.by == BSN_BLOCK_BY_NUMBER && query.number == 0) ||
	       (query.by == BSN_BLOCK_BY_HASH &&
		bsn_slice_equal(query.id, bsn_slice_of(ledger.hash.data(),
						       ledger.hash.size())));
}

int32_t get_block(bsn_ledger *ledger, const bsn_block_query *query,
		  bsn_reply *reply, bsn_err *err)
{
	static const uint8_t zeros[32] = {};
	bsn_block_info info = {};
	Text detail;

	if (!is_meant(*ledger, *query))
		return bsn_fail(err, BSN_NOT_FOUND, "the only block is 0");
	bsn_json(&detail, "{'format':1");
	if ((query->want & BSN_BLOCK_WITH_TXS) != 0)
		bsn_json(&detail, ",'txs':[]");
	if ((query->want & BSN_BLOCK_WITH_RAW) != 0)
		bsn_json(&detail, ",'raw':$x",
			 bsn_slice_of(ledger->genesis.data(),
				      ledger->genesis.size()));
	bsn_json(&detail, "}");
	info.size = sizeof(info);
	info.bytes = ledger->genesis.size();
	info.time_ms = ledger->time_ms;
	info.hash = bsn_id_of(ledger->hash.data(), ledger->hash.size());
	info.previous_hash = bsn_id_of(zeros, sizeof(zeros));
	info.detail = detail.slice();
	host.reply->block(reply, &info);
	return BSN_OK;
}

int32_t replay(bsn_ledger *ledger, uint64_t from, uint64_t, bsn_reply *reply,
	       bsn_err *)
{
	bsn_event event = {};
	Text payload;

	if (from == 0) {
		bsn_json(&payload, "{'number':$n,'hash':$x}", uint64_t{ 0 },
			 bsn_slice_of(ledger->hash.data(),
				      ledger->hash.size()));
		event.size = sizeof(event);
		event.kind = BSN_EVENT_BLOCK;
		event.payload = payload.slice();
		host.reply->event(reply, &event);
	}
	host.reply->events_end(reply, from == 0 ? 1 : from);
	return BSN_OK;
}

constexpr bsn_status_ops status_ops = { sizeof(bsn_status_ops), 0,
					guarded<status> };
constexpr bsn_ledger_ops ledger_ops = { sizeof(bsn_ledger_ops), 0,
					guarded<ledger_info> };
constexpr bsn_block_ops block_ops = { sizeof(bsn_block_ops), 0,
				      guarded<get_block>,
				      nullptr /* verify */ };
constexpr bsn_event_ops event_ops = { sizeof(bsn_event_ops), 0,
				      guarded<replay> };

// ---- the plugin -------------------------------------------------------------

constexpr bool offered(std::string_view row)
{
	for (std::string_view mine :
	     { "function.sm3", "function.multi-chain", "chain.config",
	       "status.chain", "ledger.info", "block.info", "event.block" })
		if (row == mine)
			return true;
	return false;
}

// Every row of the standard, from the header: offered, or said not to be.
#define CLAIM(table, row, required, title, title_zh)                           \
	bsn_feature{ sizeof(bsn_feature), offered(row), row, nullptr },
constexpr bsn_feature claims[] = { BSN_STANDARD_ROWS(CLAIM) };

// Pointers to them, ended by nullptr.
constexpr auto features = [] {
	std::array<const bsn_feature *, std::size(claims) + 1> all = {};

	for (size_t i = 0; i < std::size(claims); i++)
		all[i] = &claims[i];
	return all;
}();

constexpr bsn_engine engine = {
	sizeof(bsn_engine), 0, "cpp-sample", features.data(),
	&chain_ops, &tx_ops, &contract_ops, &status_ops, &ledger_ops,
	&block_ops, &event_ops, nullptr /* query */,
};

const void *query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : nullptr;
}

constexpr bsn_plugin plugin = {
	sizeof(bsn_plugin), 0, PLUGIN_ID, PLUGIN_VERSION,
	"An engine in C++", "Example Vendor", "Apache-2.0", query,
	nullptr /* close */,
};

} // namespace

// Declared extern "C" and exported by bsn/plugin.h.
int32_t bsn_plugin_open(const bsn_host *from, const bsn_plugin **out,
			bsn_err *err)
{
	host.crypto = bsn_host_crypto(from);
	host.reply = bsn_host_reply(from);
	if (host.crypto == nullptr || host.reply == nullptr)
		return bsn_fail(err, BSN_E_VERSION,
				"this host lacks bsn.crypto_by_name/1 or "
				"bsn.reply/1");
	*out = &plugin;
	return BSN_OK;
}
