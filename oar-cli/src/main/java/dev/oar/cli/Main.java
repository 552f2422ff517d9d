package dev.oar.cli;

import dev.oar.piece.PieceMakers;
import dev.oar.tensor.LibTorch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Starts the {@code oar} command; exit codes are 0, 1 (failed), 2 (wrong usage) and 130 (interrupted). A program may add commands of its
 * own: objects whose classes are annotated as picocli commands. They have the options that all commands have, spell enumerations as recipes
 * do, and end every failure in one sentence.
 */
public final class Main {
    private static final int COLUMNS = 80;

    private Main() {}

    /** Runs one command and ends the process. */
    public static void main(String[] arguments) {
        start(arguments);
    }

    /**
     * As {@link #main}, with further commands.
     *
     * @param further the commands
     */
    public static void start(String[] arguments, Object... further) {
        start(arguments, Optional.empty(), further);
    }

    /**
     * As {@link #main}, with tokens, orders, images and features made piece by piece by others.
     *
     * @param makers who makes pieces
     */
    public static void startWith(PieceMakers makers, String[] arguments) {
        start(arguments, Optional.of(makers));
    }

    private static void start(String[] arguments, Optional<PieceMakers> makers, Object... further) {
        StandardOutput output = StandardOutput.ofProcess();
        Terminal terminal = Terminal.ofProcess(output.writer());
        Interruption interruption = Interruption.watch(terminal);
        int code = run(arguments, terminal, interruption, makers, further);
        terminal.out().flush();
        if (output.failure().isPresent()) {
            code = new Failures(terminal).reportLostOutput(output.failure().get(), code);
        }
        interruption.finished();
        System.exit(code);
    }

    /** Runs one command and returns its exit code. */
    static int run(String[] arguments, Terminal terminal, Interruption interruption, Object... further) {
        return run(arguments, terminal, interruption, Optional.empty(), further);
    }

    private static int run(
            String[] arguments,
            Terminal terminal,
            Interruption interruption,
            Optional<PieceMakers> makers,
            Object... further) {
        CommandLine commandLine = commandLine(terminal, interruption, makers, further);
        try {
            return commandLine.execute(arguments);
        } catch (Error e) {
            return new Failures(terminal).report(e, Terminal.verbose());
        }
    }

    /**
     * The command with all its subcommands and further ones, to be executed within a program that goes on afterwards.
     *
     * @param out where results are printed
     * @param err where failures are printed
     */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err, Object... further) {
        return commandLine(new Terminal(out, err, false, COLUMNS), Interruption.none(), further);
    }

    /**
     * As the form without makers, with tokens, orders, images and features made piece by piece by others.
     *
     * @param makers who makes pieces
     */
    public static CommandLine commandLine(PieceMakers makers, PrintWriter out, PrintWriter err) {
        return commandLine(new Terminal(out, err, false, COLUMNS), Interruption.none(), Optional.of(makers));
    }

    /** The command with all its subcommands. */
    static CommandLine commandLine(Terminal terminal, Interruption interruption, Object... further) {
        return commandLine(terminal, interruption, Optional.empty(), further);
    }

    private static CommandLine commandLine(
            Terminal terminal, Interruption interruption, Optional<PieceMakers> makers, Object... further) {
        CommandLine root = new CommandLine(new OarCommand());
        Path home = OarHome.directory();
        PipelineRunner runner = new PipelineRunner(terminal, interruption, System.getenv(), makers);
        root.addSubcommand(new QuickstartCommand(runner, home));
        root.addSubcommand(new RunCommand(runner, new DryRun(terminal, interruption), home));
        root.addSubcommand(new GenerateCommand(terminal, interruption, new BundledModels(home), makers));
        EditRunner edits = new EditRunner(terminal, interruption, new BundledModels(home));
        root.addSubcommand(new InpaintCommand(edits));
        root.addSubcommand(new OutpaintCommand(edits));
        root.addSubcommand(new EditCommand(edits));
        root.addSubcommand(new VaryCommand(edits));
        root.addSubcommand(new ServeCommand(terminal, interruption, new BundledModels(home)));
        root.addSubcommand(new ModelsCommand(terminal, new BundledModels(home)));
        root.addSubcommand(new ImportCommand(terminal, interruption, System.getenv()));
        root.addSubcommand(new ExportCommand(terminal, new BundledModels(home)));
        root.addSubcommand(new GoldenCommand(terminal));
        root.addSubcommand(new OrderNetworkCommand(terminal, interruption, new BundledModels(home)));
        root.addSubcommand(new RetentionCommand(terminal, interruption, new BundledModels(home)));
        root.addSubcommand(new HolesCommand(terminal, interruption, new BundledModels(home)));
        root.addSubcommand(new CompareCommand(terminal));
        root.addSubcommand(new VerdictCommand(terminal));
        root.addSubcommand(new StudyCommand(terminal, interruption));
        root.addSubcommand(new StatisticsCommand(
                terminal, interruption, new FeatureNetworkOptions.Opener(new BundledModels(home)), makers));
        StageCommand.addAll(root, runner);
        root.addSubcommand(new LaunchCommand(terminal, interruption, home, System.getenv()));
        root.addSubcommand(evaluate(terminal, interruption, runner, new BundledModels(home)));
        root.addSubcommand(new BenchCommand(terminal, interruption, new BundledModels(home), home));
        root.addSubcommand(new EstimateCommand(terminal, interruption));
        root.addSubcommand(new ScenesCommand(terminal, interruption));
        root.addSubcommand(new SceneStudyCommand(terminal, interruption));
        root.addSubcommand(PreferenceCommand.of(terminal, interruption, new BundledModels(home)));
        root.addSubcommand(DataCommand.of(terminal, interruption, home));
        root.addSubcommand(new SparkSubmitCommand(terminal, home, System.getenv()));
        root.addSubcommand(new DoctorCommand(terminal, new BundledModels(home)));
        Arrays.stream(further).forEach(root::addSubcommand);
        Failures failures = new Failures(terminal);
        // A name that begins with @ is a name; arguments are never read from files.
        root.setExpandAtFiles(false);
        root.setOut(terminal.out());
        root.setErr(terminal.err());
        root.setParameterExceptionHandler(failures);
        root.setExecutionExceptionHandler(failures);
        root.setExecutionStrategy(Main::execute);
        KebabCase.registerAll(root);
        return root;
    }

    private static EvaluateCommand evaluate(
            Terminal terminal, Interruption interruption, PipelineRunner runner, BundledModels models) {
        FeatureNetworkOptions.Opener networks = new FeatureNetworkOptions.Opener(models);
        SetEvaluation sets = new SetEvaluation(
                terminal, interruption, networks, new CaptionEvaluation(terminal, interruption, models));
        return new EvaluateCommand(runner, sets, new SampleEvaluation(terminal, interruption, models, networks, sets));
    }

    private static int execute(ParseResult parsed) {
        OarCommand root = parsed.commandSpec().commandLine().getCommand();
        if (root.threads() > 0) {
            System.setProperty(LibTorch.THREADS_PROPERTY, Integer.toString(root.threads()));
        }
        if (root.verbose()) {
            Terminal.setVerbose();
        }
        return new CommandLine.RunLast().execute(parsed);
    }
}
