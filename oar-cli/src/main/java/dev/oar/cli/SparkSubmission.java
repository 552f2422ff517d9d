package dev.oar.cli;

import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options that a task is submitted with.
 *
 * @param master Spark's master
 * @param givenCores CPU cores of an executor; null for as many as the master says, or 1
 * @param settings of Spark's, as the user gave them
 * @param exchange the folder through which inputs and pieces go; null if executors see the folders of the command
 * @param ship whether the program is sent to executors
 */
record SparkSubmission(
        String master,
        @Nullable Integer givenCores,
        List<String> settings,
        @Nullable String exchange,
        boolean ship) {
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");
    private static final String MAIN = "dev.oar.spark.Main";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    /** Checks settings and cores. */
    SparkSubmission {
        if (givenCores != null && givenCores < 1) {
            throw new IllegalArgumentException("--executor-cores must be at least 1, but is " + givenCores);
        }
        for (String setting : settings) {
            if (setting.indexOf('=') < 1) {
                throw new IllegalArgumentException(
                        "--conf must be a name, an equals sign and a value, but is '" + setting + "'");
            }
        }
        if (master.startsWith("local") && !LOCAL_CLUSTER.matcher(master).matches()) {
            throw new IllegalArgumentException("--master must name a cluster, or local-cluster[EXECUTORS,CORES,MIB] for"
                    + " processes on this machine, but is '" + master
                    + "'; without executors the command itself does the same work faster");
        }
    }

    /** CPU cores of an executor. */
    int cores() {
        if (givenCores != null) {
            return givenCores;
        }
        Matcher local = LOCAL_CLUSTER.matcher(master);
        return local.matches() ? Integer.parseInt(local.group(2)) : 1;
    }

    /** How many executors there are, if they are processes of this machine. */
    OptionalInt executorsHere() {
        Matcher local = LOCAL_CLUSTER.matcher(master);
        return local.matches() ? OptionalInt.of(Integer.parseInt(local.group(1))) : OptionalInt.empty();
    }

    /** The same with further settings, which give way to those of the user. */
    SparkSubmission with(List<String> further) {
        return new SparkSubmission(
                master,
                givenCores,
                Stream.concat(further.stream(), settings.stream()).toList(),
                exchange,
                ship);
    }

    /** All that stands between the command and the arguments of the task, the program last. */
    List<String> options(SparkTask task, Path home, Map<String, String> environment, SparkMemory memory)
            throws IOException {
        Path spark = home.resolve("oar-spark/target/oar-spark.jar");
        String java = "-Doar.blas=" + LibTorch.blas() + " -Dorg.bytedeco.javacpp.nopointergc=true";
        List<String> options = new ArrayList<>(List.of(
                "--master",
                master,
                "--name",
                "oar " + task.command(),
                "--class",
                MAIN,
                "--driver-class-path",
                spark.toString(),
                "--driver-java-options",
                java + " -Djava.awt.headless=true \"-D" + OarHome.PROPERTY + "=" + home + "\""));
        if (ship) {
            options.addAll(List.of("--jars", libraries(spark)));
        }
        conf(java, spark, environment, memory).forEach((name, value) -> {
            options.add("--conf");
            options.add(name + "=" + value);
        });
        settings.forEach(setting -> options.addAll(List.of("--conf", setting)));
        options.add(spark.toString());
        return options;
    }

    private Map<String, String> conf(String java, Path spark, Map<String, String> environment, SparkMemory memory) {
        Map<String, String> conf = new LinkedHashMap<>();
        conf.put("spark.executor.cores", Integer.toString(cores()));
        // One piece at a time, on all cores of the executor.
        conf.put("spark.task.cpus", Integer.toString(cores()));
        conf.put("spark.executor.memoryOverhead", memory.megabytes() + "m");
        conf.put(
                "spark.executor.extraJavaOptions",
                java + " -Djava.awt.headless=true -XX:+UseSerialGC -D" + LibTorch.THREADS_PROPERTY + "=" + cores());
        if (ship) {
            conf.put("spark.executor.userClassPathFirst", "true");
        } else {
            // Its manifest names all other jars.
            conf.put("spark.executor.extraClassPath", spark.toString());
        }
        conf.put("spark.ui.enabled", "false");
        if (exchange != null) {
            conf.put("spark.oar.exchange", exchange);
        }
        for (String variable : RankCommand.OF_THE_LAUNCHER) {
            if (environment.containsKey(variable)) {
                conf.put("spark.executorEnv." + variable, environment.get(variable));
            }
        }
        return conf;
    }

    /** All jars that the manifest of the program's jar names. */
    private static String libraries(Path program) throws IOException {
        try (JarFile jar = new JarFile(program.toFile())) {
            String names = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return Arrays.stream(names.split(" "))
                    .map(name -> program.resolveSibling(name).normalize())
                    .filter(path -> !String.valueOf(path.getFileName()).startsWith("slf4j-api"))
                    .map(Path::toString)
                    .collect(Collectors.joining(","));
        }
    }

    /** Variables of the environment beside those that are set: executors of this machine are talked to where no name is needed. */
    Map<String, String> variables(Map<String, String> environment) {
        String address = "SPARK_LOCAL_IP";
        return LOCAL_CLUSTER.matcher(master).matches() && !environment.containsKey(address)
                ? Map.of(address, "127.0.0.1")
                : Map.of();
    }

    /** A line that a shell reads as these variables and words. */
    static String quoted(Map<String, String> variables, List<String> words) {
        Stream<String> set = variables.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue());
        return Stream.concat(set, words.stream())
                .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
