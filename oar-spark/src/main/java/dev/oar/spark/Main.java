package dev.oar.spark;

import org.apache.spark.SparkConf;

/** What is submitted to Spark: the {@code oar} command, whose tokens, orders, images and features executors make. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process; Spark's settings are those of the submission. */
    public static void main(String[] arguments) {
        SparkMakers makers = new SparkMakers(new SparkConf(), System.err::println);
        Runtime.getRuntime().addShutdownHook(new Thread(makers::close, "stop Spark"));
        dev.oar.cli.Main.startWith(makers, arguments);
    }
}
