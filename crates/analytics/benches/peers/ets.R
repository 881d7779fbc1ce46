# The automatic choice of R's forecast::ets: seconds (best of three) and AICc. Rscript ets.R FILE PERIOD
suppressMessages(library(forecast))
words <- commandArgs(trailingOnly = TRUE)
series <- ts(scan(words[1], quiet = TRUE), frequency = as.integer(words[2]))
best <- Inf
for (i in 1:3) {
  seconds <- system.time(fit <- ets(series))[["elapsed"]]
  best <- min(best, seconds)
}
cat(sprintf('{"seconds": %g, "found": %.6f, "form": "%s"}\n', best, fit$aicc, fit$method))
