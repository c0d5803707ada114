@echo off
node "%~dp0run.js" %*
