"""Files that people bring: uploaded, mapped, tried without storing, then imported behind them."""
