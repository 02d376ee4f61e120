"""What is shown, without a platform in it: alerts, answers, lists, the picture of a story."""
