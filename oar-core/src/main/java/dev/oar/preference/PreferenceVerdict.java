package dev.oar.preference;

import dev.oar.preference.PreferenceResults.Comparison;
import dev.oar.preference.PreferenceResults.Share;
import java.util.Locale;

/** What a comparison says, in a sentence. */
final class PreferenceVerdict {
    private static final double ALPHA = BinomialPower.ALPHA;

    private PreferenceVerdict() {}

    static String of(Comparison comparison) {
        if (comparison.share().isEmpty()) {
            return comparison.votes() == 0
                    ? "there are no votes on " + comparison.first() + " and " + comparison.second() + " yet"
                    : "all " + comparison.votes() + " votes on " + comparison.first() + " and " + comparison.second()
                            + " are ties";
        }
        Share share = comparison.share().get();
        boolean first = share.share() >= 0.5;
        String preferred = first ? comparison.first() : comparison.second();
        String other = first ? comparison.second() : comparison.first();
        Range exact = share.exact();
        String counted = String.format(
                Locale.ROOT,
                "%s is preferred to %s in %s of %d votes that are no ties (95 %% interval %s, p %s%s)",
                preferred,
                other,
                percent(first ? share.share() : 1 - share.share()),
                comparison.firstWins() + comparison.secondWins(),
                first
                        ? percent(exact.low()) + " to " + percent(exact.high())
                        : percent(1 - exact.high()) + " to " + percent(1 - exact.low()),
                chance(share.chance()),
                share.correctedChance() == share.chance() ? "" : ", corrected " + chance(share.correctedChance()));
        return counted + ": " + judged(share);
    }

    private static String judged(Share share) {
        if (share.correctedChance() >= ALPHA) {
            return "no difference is shown";
        }
        if (share.clustered().isEmpty()) {
            return "more than chance among these votes, though there are too few for an interval over pairs and raters";
        }
        return share.clustered().get().contains(0.5)
                ? "more than chance among these votes, but other pairs or raters might say otherwise"
                : "more than chance, also over pairs and raters";
    }

    /** A share in percent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A p value. */
    static String chance(double chance) {
        return chance < 0.0001 ? "< .0001" : String.format(Locale.ROOT, "= %.4f", chance);
    }
}
