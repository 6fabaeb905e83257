/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_contract.hpp: what C++ (11 and later) adds; included by bsn_contract.h.
 *
 *   BSN_EXPORT(greet)
 *   {
 *           auto name = bsn::arg(0, "name");
 *
 *           bsn::require(name.len > 0, "whom?");
 *           bsn::put("last", name);
 *           bsn::result(bsn::join("hello, ", name));
 *   }
 *
 *   clang++ @$sdk/wasm/flags -I$sdk/wasm -o greet.wasm greet.cpp
 *
 * There is no C++ library, either.
 */
#ifndef BSN_CONTRACT_HPP
#define BSN_CONTRACT_HPP

namespace bsn {

/* A bsn_text that a literal, or a number in decimal, becomes by itself. */
struct text : bsn_text {
	text() : bsn_text{ nullptr, 0 } {}
	text(bsn_text other) : bsn_text(other) {}
	text(const char *string)
		: bsn_text{ string, static_cast<uint32_t>(strlen(string)) } {}
	text(uint64_t n) : bsn_text(bsn_decimal(n)) {}
	bool operator==(const text &other) const
	{
		return bsn_equal(*this, other);
	}
	bool operator!=(const text &other) const { return !(*this == other); }
};

template <typename... Parts>
text
join(const Parts &...parts)
{
	const bsn_text all[] = { text(parts)... };

	return bsn_join(all, sizeof...(parts));
}

[[noreturn]] inline void revert(text reason) { bsn_revert(reason); }
inline void
require(bool holds, text otherwise)
{
	if (!holds)
		bsn_revert(otherwise);
}

inline text arg(uint32_t place, const char *name) { return bsn_arg(place, name); }
inline text caller() { return bsn_caller(); }
inline void result(text data) { bsn_result(data); }
inline void emit(text name, text data) { bsn_emit(name, data); }

/* A number in decimal; reverts when it is none. */
inline uint64_t
number(text decimal)
{
	uint64_t n;

	require(bsn_number(decimal, &n), join("\"", decimal, "\" is no number"));
	return n;
}

/* What there is under a key, or `otherwise`. */
inline text
get(text key, text otherwise = text())
{
	bsn_text value;

	return bsn_get(key, &value) ? text(value) : otherwise;
}
inline void put(text key, text value) { bsn_put(key, value); }
inline void del(text key) { bsn_del(key); }

/* JSON whose brackets close where the scope ends:
 *
 *   bsn::json out;
 *   {
 *           bsn::json::object record(out);
 *           out.member("owner", owner);
 *   }
 *   bsn::result(out.written());
 */
class json {
public:
	class object {
	public:
		explicit object(json &out) : to(out)
		{
			bsn_json_open(&to.out, '{');
		}
		~object() { bsn_json_close(&to.out, '}'); }
		object(const object &) = delete;
		object &operator=(const object &) = delete;

	private:
		json &to;
	};
	class array {
	public:
		explicit array(json &out) : to(out)
		{
			bsn_json_open(&to.out, '[');
		}
		~array() { bsn_json_close(&to.out, ']'); }
		array(const array &) = delete;
		array &operator=(const array &) = delete;

	private:
		json &to;
	};

	void key(text name) { bsn_json_key(&out, name); }
	void value(text string) { bsn_json_text(&out, string); }
	void value(const char *string) { bsn_json_text(&out, text(string)); }
	void value(uint64_t n) { bsn_json_number(&out, n); }
	void value(bool yes) { bsn_json_bool(&out, yes); }
	template <typename Value>
	void member(text name, Value is)
	{
		key(name);
		value(is);
	}
	text written() const { return bsn_written(&out); }

private:
	bsn_writer out = BSN_WRITER;
};

} /* namespace bsn */

#endif
