/* SPDX-License-Identifier: MIT */
/* main.c - sockc, the client: options, then one exchange or many */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/address.h"
#include "common/io.h"
#include "config/endpoint.h"
#include "sockc/input.h"
#include "sockc/load.h"
#include "sockc/plan.h"
#include "sockc/single.h"
#include "sockc/tally.h"
#include "sockc/verdict.h"

/* As much of standard input as is held in memory, to be sent more than once. */
#define LONGEST_INPUT (64 << 20)

#define DEFAULT_WAIT_MS 10000
#define LONGEST_SECONDS 1e9
#define MOST_CONCURRENT 1000000

struct options {
	struct plan        plan;
	struct load_limits limits;
	const char        *endpoint;
	bool               is_quiet;
};

static const char help[] =
    "Usage: " SOCKC " [OPTION]... ENDPOINT [TEXT]\n"
    "Connect to ENDPOINT, send TEXT or standard input, and print what comes back.\n"
    "\n"
    "  -n, --count COUNT        repeat it COUNT times and print the tally\n"
    "  -t, --time SECONDS       repeat it for so long and print the tally\n"
    "  -c, --concurrency COUNT  so many at once\n"
    "      --keep               many messages over one connection\n"
    "      --expect TEXT        fail unless the answer is this\n"
    "  -w, --wait SECONDS       for an exchange at most; 0: for ever (default 10)\n"
    "  -q, --quiet              print nothing but errors\n"
    "  -V, --version            print the version\n"
    "  -h, --help               print this help\n"
    "\n"
    "ENDPOINT is tcp://HOST:PORT (also tcp4 tcp6 udp udp4 udp6 mptcp sctp udplite),\n"
    "unix:///PATH or unix:@NAME (also seqpacket unixgram), vsock://CID:PORT or\n"
    "tipc://TYPE:INSTANCE.\n";

static void __attribute__((format(printf, 1, 0)))
print_error(const char *format, va_list args)
{
	fputs(SOCKC ": ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

/* Always -1, what the caller will return. */
static int __attribute__((format(printf, 1, 2))) complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(format, args);
	va_end(args);
	return -1;
}

static _Noreturn void
try_help(void)
{
	fputs("Try '" SOCKC " --help'\n", stderr);
	exit(EX_USAGE);
}

static _Noreturn void __attribute__((format(printf, 1, 2)))
usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(format, args);
	va_end(args);
	try_help();
}

static _Noreturn void
print_and_exit(const char *text)
{
	fputs(text, stdout);
	if (fflush(stdout) != 0) {
		perror(SOCKC ": standard output");
		exit(EXIT_FAILURE);
	}
	exit(EXIT_SUCCESS);
}

static unsigned long long
parse_count(const char *option, const char *text, unsigned long long most)
{
	char              *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (strspn(text, "0123456789") == 0 || *end != '\0' || errno != 0 || n < 1 ||
	    n > most)
		usage_error(
		    "%s: \"%s\": must be a number from 1 to %llu", option, text, most);
	return n;
}

/* In milliseconds, rounded up, as 0 has a meaning of its own. */
static long long
parse_seconds(const char *option, const char *text)
{
	char     *end;
	double    seconds = strtod(text, &end);
	long long ms;

	if (strspn(text, "0123456789.") != strlen(text) || *end != '\0' || end == text ||
	    seconds > LONGEST_SECONDS)
		usage_error("%s: \"%s\": must be a number of seconds", option, text);
	ms = (long long)(seconds * 1000);
	return (double)ms < seconds * 1000 ? ms + 1 : ms;
}

static void
parse_option(struct options *o, int option)
{
	switch (option) {
	case 'c':
		o->limits.concurrency =
		    (unsigned)parse_count("-c", optarg, MOST_CONCURRENT);
		break;
	case 'n':
		o->limits.count = parse_count("-n", optarg, 1000000000000);
		break;
	case 't':
		o->limits.time_ms = parse_seconds("-t", optarg);
		if (o->limits.time_ms == 0)
			usage_error("-t: must be more than 0 seconds");
		break;
	case 'w':
		o->plan.wait_ms = parse_seconds("-w", optarg);
		break;
	case 'k':
		o->plan.keep = true;
		break;
	case 'e':
		o->plan.expect = optarg;
		o->plan.expect_size = strlen(optarg);
		break;
	case 'q':
		o->is_quiet = true;
		break;
	case 'V':
		print_and_exit(SOCKC " " PACKAGE_VERSION "\n");
	case 'h':
		print_and_exit(help);
	default:
		try_help();
	}
}

static bool
is_load(const struct options *o)
{
	return o->limits.count != 0 || o->limits.time_ms != 0;
}

static void
parse_operands(struct options *o, int argc, char **argv)
{
	if (argc < 1)
		usage_error("no ENDPOINT given");
	if (argc > 2)
		usage_error("\"%s\" is too much; quote a TEXT that has spaces", argv[2]);
	o->endpoint = argv[0];
	if (argc == 2) {
		o->plan.text = argv[1];
		o->plan.text_size = strlen(argv[1]);
	}
}

static void
parse_options(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "concurrency", required_argument, NULL, 'c' },
		{ "count", required_argument, NULL, 'n' },
		{ "time", required_argument, NULL, 't' },
		{ "wait", required_argument, NULL, 'w' },
		{ "keep", no_argument, NULL, 'k' },
		{ "expect", required_argument, NULL, 'e' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static char program[] = SOCKC;
	int         option;

	argv[0] = program; /* begins what getopt_long() has to say */
	while ((option = getopt_long(argc, argv, "c:n:t:w:qVh", names, NULL)) != -1)
		parse_option(o, option);
	parse_operands(o, argc - optind, argv + optind);
	if (!is_load(o) && (o->plan.keep || o->limits.concurrency != 0))
		usage_error("%s needs -n or -t", o->plan.keep ? "--keep" : "-c");
	if (o->limits.concurrency == 0)
		o->limits.concurrency = 1;
	if (o->limits.count != 0 && o->limits.concurrency > o->limits.count)
		o->limits.concurrency = (unsigned)o->limits.count;
}

static void
parse_endpoint(const char *text, struct endpoint *e)
{
	char why[256];

	if (endpoint_parse(text, e, why, sizeof why) != 0)
		usage_error("%s: %s", text, why);
	if (endpoint_check_peer(e, why, sizeof why) != 0)
		usage_error("%s: %s", text, why);
}

/* A load and records need the whole text first.  The caller frees *input, maybe NULL. */
static int
read_input(struct options *o, char **input)
{
	struct plan *p = &o->plan;

	*input = NULL;
	if (p->text != NULL || (plan_is_stream(p) && !is_load(o)))
		return 0;
	*input = input_read(LONGEST_INPUT, &p->text_size);
	p->text = *input;
	if (*input != NULL)
		return 0;
	return complain("standard input: %s",
	    errno == EFBIG ? "is longer than 64 MiB" : strerror(errno));
}

static int
run_load(struct options *o)
{
	struct load_result result;
	char               text[VERDICT_TEXT];

	if (plan_is_stream(&o->plan) && o->plan.keep && plan_answer_size(&o->plan) == 0)
		return complain("--keep: an answer of no bytes has no end");
	if (load_run(&o->plan, &o->limits, !o->is_quiet, &result, text, sizeof text) != 0)
		return complain("%s", text);
	tally_print(&result.tally, result.elapsed_us, text, sizeof text);
	if (!o->is_quiet)
		fputs(text, stdout);
	if (fflush(stdout) != 0)
		return complain("standard output: %s", strerror(errno));
	if (result.signal != 0)
		return complain("stopped by signal: %s", strsignal(result.signal));
	return tally_failed(&result.tally) == 0 ? 0 : -1;
}

static int
run_single(struct options *o)
{
	char why[VERDICT_TEXT];

	o->plan.output_fd = o->is_quiet ? -1 : STDOUT_FILENO;
	if (single_run(&o->plan, why, sizeof why) != 0)
		return complain("%s", why);
	return 0;
}

static int
run(struct options *o)
{
	struct address *addresses;
	char            why[256], *input;
	int n = endpoint_resolve(o->plan.endpoint, &addresses, why, sizeof why);
	int result;

	if (n < 0)
		return complain("%s: resolve: %s", o->endpoint, why);
	o->plan.addresses = addresses;
	o->plan.n_addresses = (size_t)n;
	result = read_input(o, &input);
	if (result == 0)
		result = is_load(o) ? run_load(o) : run_single(o);
	free(input);
	free(addresses);
	return result;
}

int
main(int argc, char **argv)
{
	struct options  o = { .plan = { .wait_ms = DEFAULT_WAIT_MS, .output_fd = -1 } };
	struct endpoint endpoint;
	int             result;

	io_open_standard(); /* so that no socket is taken for one of them */
	parse_options(&o, argc, argv);
	parse_endpoint(o.endpoint, &endpoint);
	o.plan.endpoint = &endpoint;
	result = run(&o);
	endpoint_finish(&endpoint);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
