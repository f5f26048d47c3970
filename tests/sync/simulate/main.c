/* main.c: baton-simulate: plays runs, and prints what failed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs share nothing, so that as many processes as wanted play a part of them each. Where a process dies, the run that it was in has failed.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../support/baton-fault-vfs.h"
#include "sim-shrink.h"

#define MAX_JOBS       64
#define SHRINK_SECONDS 20
#define LOOK_MS        200

/* Ctrl-C: the runs that were begun end, and what was counted is told */
static volatile sig_atomic_t interrupted;

typedef struct
{
  int seed; /* -1: a new one */
  int runs;
  int jobs;
  int steps;
  gboolean verbose;
  gboolean tap;
  gboolean twice;
  gboolean stop;
  char *seeds; /* owned, nullable: a file */
  char *only;  /* owned, nullable: numbers of steps */
} Options;

static void
options_clear (Options *options)
{
  g_free (options->seeds);
  g_free (options->only);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What a process tells the first one, in memory that both have */
typedef struct
{
  pid_t pid;
  guint32 seed; /* of the run that it is in */
  guint failed;
  SimCounts counts;
} Job;

static char *
make_folder (void)
{
  gboolean has_shm = g_access ("/dev/shm", W_OK) == 0;
  char *folder = g_build_filename (has_shm ? "/dev/shm" : g_get_tmp_dir (), "baton-simulate-XXXXXX",
                                   NULL);

  g_assert_nonnull (g_mkdtemp (folder));
  return folder;
}

static void
print_plan (const SimPlan *plan, const char *failure, guint n_before)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "# seed %u failed: %s\n", plan->seed, failure);
  g_string_append_printf (text, "# %u devices of %u people; %u of %u steps are enough:\n",
                          plan->n_devices, plan->n_people, plan->steps->len, n_before);
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const SimStep *step = &g_array_index (plan->steps, SimStep, i);

      g_string_append_printf (text, "#   %u %s, device %u\n", step->number,
                              sim_kind_get_name (step->kind), step->device);
    }
  g_string_append_printf (text, "# again: baton-simulate --seed %u --verbose --only ", plan->seed);
  for (guint i = 0; i < plan->steps->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "," : "",
                            g_array_index (plan->steps, SimStep, i).number);
  g_string_append_c (text, '\n');
  fputs (text->str, stdout);
  fflush (stdout);
}

static void
keep_only (SimPlan *plan, const char *list)
{
  g_auto (GStrv) numbers = g_strsplit (list, ",", -1);

  for (guint i = plan->steps->len; i-- > 0;)
    {
      g_autofree char *number = g_strdup_printf ("%u",
                                                 g_array_index (plan->steps, SimStep, i).number);

      if (!g_strv_contains ((const char *const *) numbers, number))
        g_array_remove_index (plan->steps, i);
    }
}

/* Whether it went well */
static gboolean
run_one (guint32 seed, const Options *options, const SimTemplates *templates, Job *job)
{
  g_autoptr (SimPlan) plan = sim_plan_new (seed, (guint) options->steps);
  g_autoptr (SimPlan) shorter = NULL;
  g_autofree char *failure = NULL;
  SimWorld *world;
  guint64 trace;

  job->seed = seed;
  if (options->only != NULL)
    keep_only (plan, options->only);
  world = sim_world_new (plan, templates, options->verbose);
  sim_world_run (world);
  failure = g_steal_pointer (&world->failure);
  trace = world->trace;
  sim_counts_add (&job->counts, &world->counts);
  sim_world_free (world);
  if (failure == NULL && options->twice)
    {
      world = sim_world_new (plan, templates, FALSE);
      sim_world_run (world);
      if (world->trace != trace)
        failure = g_strdup ("The same seed did not do the same thing twice");
      sim_world_free (world);
    }
  if (failure == NULL)
    return TRUE;
  shorter = sim_shrink (plan, templates, options->verbose || options->stop ? 0 : SHRINK_SECONDS);
  print_plan (shorter, failure, plan->steps->len);
  if (shorter->steps->len < plan->steps->len)
    {
      g_autofree char *again = sim_try (shorter, templates, FALSE);

      printf ("# then: %s\n", again);
    }
  return FALSE;
}

static guint
count_failed (const Job *jobs)
{
  guint failed = 0;

  for (guint i = 0; i < MAX_JOBS; i++)
    failed += jobs[i].failed;
  return failed;
}

/* Every @n-th of @seeds */
static void
run_job (guint number,
         guint n,
         GArray *seeds,
         const Options *options,
         const char *parent,
         Job *jobs)
{
  g_autofree char *name = g_strdup_printf ("%u", number);
  g_autofree char *folder = g_build_filename (parent, name, NULL);
  SimTemplates *templates;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  templates = sim_templates_new (folder);
  for (guint i = number; i < seeds->len && !interrupted; i += n)
    {
      if (options->stop && count_failed (jobs) > 0)
        break;
      if (!run_one (g_array_index (seeds, guint32, i), options, templates, &jobs[number]))
        jobs[number].failed++;
    }
  sim_templates_free (templates);
}

static void
print_progress (const Job *jobs, guint n_runs)
{
  guint64 runs = 0;

  for (guint i = 0; i < MAX_JOBS; i++)
    runs += jobs[i].counts.runs;
  fprintf (stderr, "\r%" G_GUINT64_FORMAT " of %u runs, %u failed ", runs, n_runs,
           count_failed (jobs));
}

static void
end_job (Job *job, int status)
{
  job->pid = 0;
  if (status == 0)
    return;
  printf ("# seed %u: the process died (%s %d)\n", job->seed,
          WIFSIGNALED (status) ? "signal" : "status",
          WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
  job->failed++;
}

/* A person who looks on is told how far it is. */
static void
await_jobs (Job *jobs, guint n, guint n_runs)
{
  gboolean is_watched = isatty (STDERR_FILENO);
  guint left = n;

  while (left > 0)
    {
      int status = 0;
      pid_t pid = waitpid (-1, &status, WNOHANG);

      for (guint i = 0; i < n; i++)
        {
          if (pid > 0 && jobs[i].pid == pid)
            {
              end_job (&jobs[i], status);
              left--;
            }
          else if (interrupted && jobs[i].pid != 0)
            kill (jobs[i].pid, SIGTERM);
        }
      if (is_watched)
        print_progress (jobs, n_runs);
      if (pid <= 0)
        g_usleep (LOOK_MS * 1000);
    }
  if (is_watched)
    fputc ('\n', stderr);
}

static guint
run_all (GArray *seeds, const Options *options, SimCounts *counts)
{
  guint n = MIN ((guint) options->jobs, MAX_JOBS);
  Job *jobs = mmap (NULL, sizeof (Job) * MAX_JOBS, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_autofree char *folder = make_folder ();
  guint failed;

  g_assert_true (jobs != MAP_FAILED);
  fflush (stdout);
  for (guint i = 0; i < n; i++)
    {
      pid_t pid = fork ();

      if (pid != 0)
        {
          jobs[i].pid = pid;
          continue;
        }
      run_job (i, n, seeds, options, folder, jobs);
      fflush (stdout);
      exit (0);
    }
  await_jobs (jobs, n, seeds->len);
  for (guint i = 0; i < n; i++)
    sim_counts_add (counts, &jobs[i].counts);
  failed = count_failed (jobs);
  munmap (jobs, sizeof (Job) * MAX_JOBS);
  sim_remove_folder (folder);
  return failed;
}

static void
interrupt (int number)
{
  interrupted = 1;
}

static GArray *
collect_seeds (const Options *options)
{
  GArray *seeds = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 first = options->seed >= 0 ? (guint32) options->seed : g_random_int () >> 1;
  g_autofree char *text = NULL;

  if (options->seeds != NULL && g_file_get_contents (options->seeds, &text, NULL, NULL))
    {
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        {
          guint32 seed = (guint32) g_ascii_strtoull (lines[i], NULL, 10);

          if (g_ascii_isdigit (*lines[i]))
            g_array_append_val (seeds, seed);
        }
    }
  for (guint i = 0; i < (guint) options->runs; i++, first++)
    g_array_append_val (seeds, first);
  return seeds;
}

static void
print_counts (const SimCounts *counts, guint failed, gint64 began)
{
  printf ("# %" G_GUINT64_FORMAT " runs, %" G_GUINT64_FORMAT " steps, %" G_GUINT64_FORMAT
          " edits, %" G_GUINT64_FORMAT " requests, %" G_GUINT64_FORMAT " faults, %" G_GUINT64_FORMAT
          " conflicts, %" G_GUINT64_FORMAT " refused; %u runs failed; %.1f s\n",
          counts->runs, counts->steps, counts->edits, counts->requests, counts->faults,
          counts->conflicts, counts->refused, failed,
          (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
}

static gboolean
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "The first seed; without it, a new one",
     "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT, &options->runs, "How many seeds, from the first on", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &options->jobs, "How many processes", "N" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &options->steps, "How many steps a run has, about", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_FILENAME, &options->seeds, "Also those that FILE names", "FILE" },
    { "only", 0, 0, G_OPTION_ARG_STRING, &options->only, "Only these steps: 3,14,15", "LIST" },
    { "twice", 0, 0, G_OPTION_ARG_NONE, &options->twice, "Play each twice, and compare", NULL },
    { "stop", 0, 0, G_OPTION_ARG_NONE, &options->stop, "End with the first that fails", NULL },
    { "tap", 0, 0, G_OPTION_ARG_NONE, &options->tap, "The result as a test’s", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &options->verbose, "Tell all that happens", NULL },
    { 0 },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  g_printerr ("baton-simulate: %s\n", error->message);
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { .seed = -1, .runs = 1, .jobs = 1, .steps = 100 };
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GArray) seeds = NULL;
  SimCounts counts = { 0 };
  guint failed;

  setlocale (LC_ALL, "");
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  if (g_getenv ("BATON_TEST_SEED") != NULL)
    options.seed = (int) g_ascii_strtoull (g_getenv ("BATON_TEST_SEED"), NULL, 10);
  if (!read_options (&options, &argc, &argv))
    return 2;
  baton_fault_vfs_install ();
  seeds = collect_seeds (&options);
  if (options.tap)
    printf ("1..1\n");
  if (options.runs > 0)
    printf ("# seeds %u to %u (BATON_TEST_SEED)\n",
            g_array_index (seeds, guint32, seeds->len - (guint) options.runs),
            g_array_index (seeds, guint32, seeds->len - 1));
  signal (SIGINT, interrupt);
  signal (SIGTERM, interrupt);
  failed = run_all (seeds, &options, &counts);
  print_counts (&counts, failed, began);
  if (options.tap)
    printf ("%s 1 /sync/simulate/no-edit-is-lost-doubled-or-diverges\n",
            failed == 0 ? "ok" : "not ok");
  if (interrupted)
    return 130;
  return failed == 0 || options.tap ? 0 : 1;
}
